import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { PullSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from './support/fixtures-command.js';
import { makeFolder } from './support/folder.js';
import { seeded } from './support/interrupted-push.js';
import { pushFiles } from './support/push-files.js';
import { startRegistry } from './support/registry.js';

const KILLS = 8;
const MOST_ROUNDS = 40;

/** Enough to be written by two threads, in folders that are there and in folders that are not. */
function recordings(): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (let number = 0; number < 1_500; number++) {
    const size = number % 50 === 0 ? 200_000 : 2_000;
    const text = JSON.stringify({ number, said: `${number} `.repeat(size / 5) });
    files[`tests/${number % 3}/recordings/${number % 7}/${number}.json`] = Buffer.from(text);
  }
  return files;
}

it('a pull killed at any moment leaves no half recording and nothing to clean up; the next one completes', async () => {
  await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  const at = { registry, repository: 'acme/killed-pull' };
  const files = recordings();
  await pushFiles(registry, { repository: at.repository, ref: { branch: 'main' }, add: files });
  const here = { 'tests/0/recordings/3/mine.txt': 'mine', 'tests/1/test_one.py': 'print()' };
  const pull = (folder: Awaited<ReturnType<typeof makeFolder>>) =>
    fixturesJson<PullSummary>(at, folder, 'pull', '--branch', 'main');

  const started = performance.now();
  await using first = await makeFolder(here);
  expect(await pull(first)).toMatchObject({ pulled: 1_500 });
  const duration = performance.now() - started;

  const chances = seeded(3);
  let killed = 0;
  for (let round = 1; killed < KILLS && round <= MOST_ROUNDS; round++) {
    await using folder = await makeFolder(here);
    const death = new AbortController();
    const pulling = runFixtures(at, folder, ['pull', '--branch', 'main'], death.signal);
    await setTimeout(duration * (0.3 + 0.7 * chances.next().value));
    death.abort();
    if ((await pulling).status === null) killed++;

    for (const [path, bytes] of await folder.files()) {
      if (path in here || path.startsWith('.fixtures/') || path.includes('.tmp')) continue;
      expect(bytes.equals(files[path] as Uint8Array), `${path} after kill ${killed}`).toBe(true);
    }
    await pull(folder);
    const found = await folder.files();
    expect([...found.keys()].filter((path) => !path.startsWith('.fixtures/')).sort()).toEqual(
      [...Object.keys(files), ...Object.keys(here)].sort(),
    );
    for (const [path, bytes] of Object.entries(files)) {
      expect(found.get(path)?.equals(bytes), path).toBe(true);
    }
  }
  expect(killed).toBeGreaterThanOrEqual(KILLS);
});
