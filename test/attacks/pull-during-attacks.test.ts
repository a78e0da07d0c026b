import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { attacksOf, SMALL } from './one-caller/all.js';
import type { Report } from './one-caller/attack.js';
import { type AttackWorld, OTHER, PULLED, prepareWorld, RARELY_LIMITED } from './one-caller/world.js';

const ATTACKS = attacksOf(SMALL).map((attack) => [attack.name, attack] as const);
const WAIT = { timeout: 120_000, interval: 20 };

describe.each(['embedded', 'postgres'] as const)('a pull of another caller, on %s', (database) => {
  let registry: TestRegistry;
  let world: AttackWorld;
  beforeAll(async () => {
    registry = await startRegistry({
      ...(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {}),
      environment: RARELY_LIMITED,
    });
    world = await prepareWorld(registry, 40);
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it.for(ATTACKS)('completes during: %s', async ([, attack], { signal }) => {
    await attack.prepare?.(registry);
    await using folder = await makeFolder();
    const stop = new AbortController();
    const reports: Report[] = [];
    let isOver = false;
    const attacking = attack
      .run(world.target, stop.signal, (report) => reports.push(report))
      .finally(() => {
        isOver = true;
      });
    try {
      await vi.waitFor(() => expect(reports.length).toBeGreaterThanOrEqual(attack.underWay), WAIT);
      const caller = { registry, repository: OTHER, token: world.otherToken };
      const pull = await runFixtures(caller, folder, ['pull'], signal);
      expect(isOver).toBe(false);
      expect(pull).toMatchObject({ status: 0 });
    } finally {
      stop.abort();
      await attacking;
    }
    const pulled = [...(await folder.files())].map(([path, bytes]) => [path, bytes.toString()]);
    expect(Object.fromEntries(pulled)).toEqual(PULLED);
    expect(reports.filter(({ outcome, right }) => !right.includes(outcome))).toEqual([]);
  });
});
