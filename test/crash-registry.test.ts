import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { PushSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson } from './support/fixtures-command.js';
import { makeFolder } from './support/folder.js';
import { fingerprint, generation, seeded, startReader } from './support/interrupted-push.js';
import { pullFiles } from './support/push-files.js';
import { startRegistry } from './support/registry.js';

/** Kills that must hit, and pushes to try them on: how long a push takes depends on what else the machine does. */
const KILLS = 10;
const MOST_ROUNDS = 25;

it.concurrent.each(['embedded', 'postgres'] as const)(
  'a registry (%s) killed in the middle of a push shows the old set or the new one, and the client completes',
  async (database) => {
    await using registry = await startRegistry(
      database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {},
    );
    const at = { registry, repository: 'acme/killed-registry' };
    await using folder = await makeFolder(generation(0));
    const push = () => fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
    const started = performance.now();
    await push();
    const duration = performance.now() - started;

    const chances = seeded(1);
    let interrupted = 0;
    for (let round = 1; interrupted < KILLS && round <= MOST_ROUNDS; round++) {
      const before = fingerprint(generation(round - 1));
      const after = fingerprint(generation(round));
      await folder.write(generation(round));
      const reader = startReader(registry, at.repository);
      let done = false;
      const pushing = push().finally(() => {
        done = true;
      });
      await setTimeout(duration * (0.2 + 0.7 * chances.next().value));
      if (!done) interrupted++;
      await registry.kill();
      await registry.restart();
      const pushed = await pushing;
      const last = await reader.stop();

      expect([...reader.seen].filter((seen) => seen !== before && seen !== after)).toEqual([]);
      expect(last).toBe(after);
      // Whatever the client sent twice, it made one snapshot.
      expect(pushed.snapshot.version).toBe(round + 1);
      expect(await pullFiles(registry, at.repository, {})).toEqual(generation(round));
    }
    // Otherwise nothing was tested.
    expect(interrupted).toBeGreaterThanOrEqual(KILLS);
    expect(await push()).toMatchObject({ created: false, uploaded: 0 });
  },
  // Ten restarts, each with a client that waits before it tries again.
  300_000,
);
