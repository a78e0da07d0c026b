import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { PushSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from './support/fixtures-command.js';
import { makeFolder } from './support/folder.js';
import { fingerprint, generation, seeded, startReader } from './support/interrupted-push.js';
import { pullFiles } from './support/push-files.js';
import { startRegistry } from './support/registry.js';

/** Kills that must hit, and pushes to try them on: how long a push takes depends on what else the machine does. */
const KILLS = 10;
const MOST_ROUNDS = 40;

it('a client killed in the middle of a push leaves nothing to see, and the next push completes', async () => {
  await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  const at = { registry, repository: 'acme/killed-client' };
  await using folder = await makeFolder(generation(0));
  const push = () => fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
  const timed = async () => {
    const started = performance.now();
    const summary = await push();
    return { summary, duration: performance.now() - started };
  };
  let { duration } = await timed();

  const chances = seeded(2);
  let killed = 0;
  let resumed = 0;
  for (let round = 1; (killed < KILLS || resumed === 0) && round <= MOST_ROUNDS; round++) {
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

    const again = await timed();
    const finished = again.summary;
    duration = Math.min(duration, again.duration);
    if (left === before && finished.uploaded < Object.keys(generation(round)).length) resumed++;
    expect([...reader.seen].filter((seen) => seen !== before && seen !== after)).toEqual([]);
    expect(finished).toMatchObject({ removed: 0, snapshot: { version: round + 1 } });
    expect(await pullFiles(registry, at.repository, {})).toEqual(generation(round));
  }
  // Otherwise nothing was tested: kills must hit, and at least one after a part had arrived.
  expect(killed).toBeGreaterThanOrEqual(KILLS);
  expect(resumed).toBeGreaterThanOrEqual(1);
});
