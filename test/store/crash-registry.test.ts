import type { PushSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startHoldingProxy } from '../support/holding-proxy.js';
import { fingerprint, generation, seeded, startReader } from '../support/interrupted-push.js';
import { pullFiles } from '../support/push-files.js';
import { startRegistry } from '../support/registry.js';

/** Every kill hits the push: the registry receives only a part of it before each. */
const KILLS = 10;

it.concurrent.each(['embedded', 'postgres'] as const)(
  'a registry (%s) killed during a push shows the old set or the new one, and the client completes its push',
  async (database) => {
    await using registry = await startRegistry(
      database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {},
    );
    await using proxy = await startHoldingProxy(registry);
    const at = {
      registry: { url: proxy.url, adminToken: registry.adminToken },
      repository: 'acme/killed-registry',
    };
    await using folder = await makeFolder(generation(0));
    const push = () => fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
    await push();
    const wholeBytes = proxy.passed.up;

    const chances = seeded(1);
    let interrupted = 0;
    for (let round = 1; round <= KILLS; round++) {
      const before = fingerprint(generation(round - 1));
      const after = fingerprint(generation(round));
      await folder.write(generation(round));
      const reader = startReader(registry, at.repository);
      let done = false;
      const reached = proxy.holdAfter('up', Math.floor(wholeBytes * (0.05 + 0.9 * chances.next().value)));
      const pushing = push().finally(() => {
        done = true;
      });
      await Promise.race([reached, pushing]);
      if (!done) interrupted++;
      await registry.kill();
      await registry.restart();
      proxy.letThrough();
      const pushed = await pushing;
      const last = await reader.stop();

      expect([...reader.seen].filter((seen) => seen !== before && seen !== after)).toEqual([]);
      expect(last).toBe(after);
      // One snapshot, even when the client sends the push twice.
      expect(pushed.snapshot.version).toBe(round + 1);
      expect(await pullFiles(registry, at.repository, {})).toEqual(generation(round));
    }
    // Without such a kill, the test proves nothing.
    expect(interrupted).toBe(KILLS);
    expect(await push()).toMatchObject({ created: false, uploaded: 0 });
  },
  // Ten restarts, and the client waits before each retry.
  600_000,
);
