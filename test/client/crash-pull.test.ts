import type { PullSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startHoldingProxy } from '../support/holding-proxy.js';
import { seeded } from '../support/interrupted-push.js';
import { pushFiles } from '../support/push-files.js';
import { startRegistry } from '../support/registry.js';

/**
 * Pulls that are killed before all bytes have arrived, and pulls that may just have all of them
 * when they are killed.
 */
const KILLS = 8;
const LATE_KILLS = 2;

/** More than 500 files, so that two threads write them, in existing and in new folders. */
function recordings(): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (let number = 0; number < 600; number++) {
    const size = number % 50 === 0 ? 200_000 : 2_000;
    const text = JSON.stringify({ number, said: `${number} `.repeat(size / 5) });
    files[`tests/${number % 3}/recordings/${number % 7}/${number}.json`] = Buffer.from(text);
  }
  return files;
}

/** The paths with wrong bytes. */
const pathsOfOthers = (found: [string, Buffer][], files: Record<string, Uint8Array>) =>
  found.filter(([path, bytes]) => !bytes.equals(files[path] as Uint8Array)).map(([path]) => path);

it('a pull killed at any moment leaves no partial recording and nothing to clean up; the next one completes', async () => {
  await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  await using proxy = await startHoldingProxy(registry);
  const at = {
    registry: { url: proxy.url, adminToken: registry.adminToken },
    repository: 'acme/killed-pull',
  };
  const files = recordings();
  await pushFiles(registry, { repository: at.repository, ref: { branch: 'main' }, add: files });
  const here = { 'tests/0/recordings/3/mine.txt': 'mine', 'tests/1/test_one.py': 'print()' };
  const pull = (folder: Awaited<ReturnType<typeof makeFolder>>) =>
    fixturesJson<PullSummary>(at, folder, 'pull', '--branch', 'main');

  await using first = await makeFolder(here);
  expect(await pull(first)).toMatchObject({ pulled: 600 });
  const wholeBytes = proxy.passed.down;

  const chances = seeded(3);
  let killed = 0;
  for (let round = 0; round < KILLS + LATE_KILLS; round++) {
    await using folder = await makeFolder(here);
    const death = new AbortController();
    // A part of what a whole pull receives: first the plan, then the recordings.
    const part = round < KILLS ? 0.1 + 0.85 * chances.next().value : 0.999;
    const reached = proxy.holdAfter('down', Math.floor(wholeBytes * part));
    const pulling = runFixtures(at, folder, ['pull', '--branch', 'main'], death.signal);
    await Promise.race([reached, pulling]);
    death.abort();
    if ((await pulling).status === null) killed++;
    proxy.letThrough();

    const recordingsLeft = [...(await folder.files())].filter(
      ([path]) => !(path in here || path.startsWith('.fixtures/') || path.includes('.tmp')),
    );
    expect(pathsOfOthers(recordingsLeft, files), `after kill ${killed}`).toEqual([]);
    await pull(folder);
    const found = await folder.files();
    expect([...found.keys()].filter((path) => !path.startsWith('.fixtures/')).sort()).toEqual(
      [...Object.keys(files), ...Object.keys(here)].sort(),
    );
    expect(
      pathsOfOthers(
        [...found].filter(([path]) => !(path in here)),
        files,
      ),
    ).toEqual([]);
  }
  expect(killed).toBeGreaterThanOrEqual(KILLS);
});
