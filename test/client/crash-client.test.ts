import type { PushSummary } from '@fixture-registry/client';
import { expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startHoldingProxy } from '../support/holding-proxy.js';
import { fingerprint, generation, seeded, startReader } from '../support/interrupted-push.js';
import { pullFiles } from '../support/push-files.js';
import { startRegistry } from '../support/registry.js';

/** Every kill hits the push: the client sends only a part of it before each. */
const KILLS = 10;

it('a client killed during a push leaves nothing visible, and the next push completes', async () => {
  await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  await using proxy = await startHoldingProxy(registry);
  const at = {
    registry: { url: proxy.url, adminToken: registry.adminToken },
    repository: 'acme/killed-client',
  };
  await using folder = await makeFolder(generation(0));
  const push = () => fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
  await push();
  const wholeBytes = proxy.passed.up;

  const chances = seeded(2);
  let killed = 0;
  let resumed = 0;
  for (let round = 1; round <= KILLS; round++) {
    const before = fingerprint(generation(round - 1));
    const after = fingerprint(generation(round));
    await folder.write(generation(round));
    const reader = startReader(registry, at.repository);
    const death = new AbortController();
    const reached = proxy.holdAfter('up', Math.floor(wholeBytes * (0.05 + 0.9 * chances.next().value)));
    const pushing = runFixtures(at, folder, ['push', '--branch', 'main'], death.signal);
    await Promise.race([reached, pushing]);
    death.abort();
    if ((await pushing).status === null) killed++;
    proxy.letThrough();
    const left = await reader.stop();
    expect([before, after]).toContain(left);

    const finished = await push();
    if (left === before && finished.uploaded < Object.keys(generation(round)).length) resumed++;
    expect([...reader.seen].filter((seen) => seen !== before && seen !== after)).toEqual([]);
    expect(finished).toMatchObject({ removed: 0, snapshot: { version: round + 1 } });
    expect(await pullFiles(registry, at.repository, {})).toEqual(generation(round));
  }
  // Without such kills the test proves nothing; at least one must come after a part has arrived.
  expect(killed).toBe(KILLS);
  expect(resumed).toBeGreaterThanOrEqual(1);
});
