import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { PushSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from './support/fixtures-command.js';
import { makeFolder } from './support/folder.js';
import { fingerprint, generation, seeded, startReader } from './support/interrupted-push.js';
import { pullFiles } from './support/push-files.js';
import { startRegistry } from './support/registry.js';

const ROUNDS = 10;

it('a client killed in the middle of a push leaves nothing to see, and the next push completes', async () => {
  await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  const at = { registry, repository: 'acme/killed-client' };
  await using folder = await makeFolder(generation(0));
  const push = () => fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
  const started = performance.now();
  await push();
  const duration = performance.now() - started;

  const chances = seeded(2);
  let killed = 0;
  let resumed = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const before = fingerprint(generation(round - 1));
    const after = fingerprint(generation(round));
    await folder.write(generation(round));
    const reader = startReader(registry, at.repository);
    const death = new AbortController();
    const pushing = runFixtures(at, folder, ['push', '--branch', 'main'], death.signal);
    await setTimeout(duration * (0.2 + 0.8 * chances.next().value));
    death.abort();
    if ((await pushing).status === null) killed++;
    const left = await reader.stop();
    expect([before, after]).toContain(left);

    const finished = await push();
    if (left === before && finished.uploaded < Object.keys(generation(round)).length) resumed++;
    expect([...reader.seen].filter((seen) => seen !== before && seen !== after)).toEqual([]);
    expect(finished).toMatchObject({ removed: 0, snapshot: { version: round + 1 } });
    expect(await pullFiles(registry, at.repository, {})).toEqual(generation(round));
  }
  // Otherwise nothing was tested: most kills must hit, and some after a part had arrived.
  expect(killed).toBeGreaterThanOrEqual(ROUNDS / 2);
  expect(resumed).toBeGreaterThanOrEqual(1);
});
