import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { purge } from '../support/purge-content.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// `serve` reads contents again that an earlier release read. test/upgrade has the same with that release.

const repository = 'acme/again';
const COUNT = 450;
const FILES = filesOf(
  ...Array.from({ length: COUNT }, (_, turn) =>
    record({ test: `tests/a.py::test_${turn}`, ask: `Ask ${turn}`, say: `Answer ${turn}` }),
  ),
);
const PATIENT = { timeout: 60_000, interval: 200 };

describe('contents that an earlier release read', () => {
  let registry: TestRegistry;
  const others: TestRegistry[] = [];
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: FILES });
  });
  afterAll(async () => {
    for (const other of others) await other[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  /** As an earlier release left the readings. */
  const forget = () =>
    registry.sql`update readings set reader = 0, hash_versions = null, response_text = 'old'`;
  const unread = async () => {
    const [found] = await registry.sql<
      { left: number }[]
    >`select count(*)::int as left from readings where reader = 0`;
    return found?.left;
  };
  const finish = () => vi.waitFor(async () => expect(await unread()).toBe(0), PATIENT);
  const readings = () =>
    registry.sql`select encode(digest, 'hex') as digest, format, test_id, response_text,
      encode(request_hashes, 'hex') as hashes, encode(hash_versions, 'hex') as versions from readings order by 1`;
  const counted = async ({ url }: TestRegistry) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^fixture_registry_contents_read_again_total (\d+)$/m.exec(text)?.[1]);
  };

  it('are read by one process at a time, each once', async () => {
    const before = await readings();
    await registry.stop();
    await forget();
    await registry.restart();
    others.push(await startRegistry({ environment: { DATABASE_URL: registry.databaseUrl ?? '' } }));
    await finish();
    expect(await readings()).toEqual(before);
    const counts = await Promise.all([registry, ...others].map(counted));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
    await vi.waitFor(
      () =>
        expect([registry, ...others].map(({ output }) => output.stderr).join('')).toContain(
          'read contents again that an earlier release read',
        ),
      PATIENT,
    );
    for (const other of others.splice(0)) await other[Symbol.asyncDispose]();
  });

  it('are all read although the process is killed', async () => {
    const before = await readings();
    await registry.stop();
    await forget();
    await registry.restart();
    await vi.waitFor(async () => expect(await unread()).toBeLessThan(COUNT), PATIENT);
    await registry.kill();
    await registry.restart();
    await finish();
    expect(await readings()).toEqual(before);
  });

  it('do not bring back the texts of a purged one', async () => {
    const [[, text] = ['', '']] = Object.entries(FILES);
    const digest = createHash('sha256').update(text).digest('hex');
    await purge(registry, { repository, digest });
    await registry.stop();
    await registry.sql`update readings set reader = 0, hash_versions = null`;
    await registry.restart();
    await finish();
    const after = await readings();
    expect(after.find((reading) => reading['digest'] === digest)).toMatchObject({ response_text: null });
    expect(after.filter((reading) => reading['versions'] === null)).toHaveLength(1);
  });
});
