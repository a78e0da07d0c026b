import { digestOf, readArchive, unpack } from '@fixture-registry/protocol';
import postgres from 'postgres';
import { describe, expect, inject, it } from 'vitest';
import { type ObjectStorage, startObjectStorage } from '../support/object-storage.js';
import { startPostgres } from '../support/postgres.js';
import { purge } from '../support/purge-content.js';
import { planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { chance, manyFiles } from '../support/recordings.js';
import { createDatabase, startRegistry, type TestRegistry } from '../support/registry.js';
import { runRegistry } from '../support/registry-command.js';
import { startReplica } from '../support/replica.js';

const repository = 'acme/moving';
const MAIN = { branch: 'main' };
const DATABASES = ['embedded', 'postgres'] as const;
const start = (database: (typeof DATABASES)[number], environment: Record<string, string> = {}) =>
  startRegistry({ ...(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {}), environment });

/**
 * The environment of a registry that moves its contents from the database to the bucket, and of one
 * that moves them back.
 */
const toBucket = ({ environment }: ObjectStorage) => environment;
const toDatabase = ({ environment: { FIXTURE_REGISTRY_CONTENT = '', ...access } }: ObjectStorage) => ({
  ...access,
  FIXTURE_REGISTRY_CONTENT_BEFORE: FIXTURE_REGISTRY_CONTENT,
});

function configure(registry: TestRegistry, environment: Record<string, string>): void {
  delete registry.environment['FIXTURE_REGISTRY_CONTENT'];
  delete registry.environment['FIXTURE_REGISTRY_CONTENT_BEFORE'];
  Object.assign(registry.environment, environment);
}

async function restartWith(registry: TestRegistry, environment: Record<string, string>): Promise<void> {
  await registry.stop();
  configure(registry, environment);
  await registry.restart();
}

/** Files of incompressible bytes. */
const largeFiles = (count: number, mark: string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => {
      const bytes = Buffer.from(chance(`${mark} ${n}`, 1_600_000).replaceAll('=', ''), 'base64');
      return [`large/recordings/${mark}-${n}.json`, bytes];
    }),
  );

const asText = (files: Record<string, Buffer>) =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, `${bytes}`]));

const chunksOf = async (registry: TestRegistry) =>
  Number((await registry.sql`select count(*)::int as count from block_chunks`)[0]?.['count']);

describe.each(DATABASES)('moving contents (%s)', (database) => {
  it('moves all contents from the database to the bucket and back', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start(database);
    const files = manyFiles(32, 'first');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    await pushFiles(registry, { repository: 'acme/other', ref: MAIN, add: manyFiles(3, 'other') });
    // More than one transaction moves.
    const large = largeFiles(4, 'large');
    await pushFiles(registry, { repository: 'acme/large', ref: MAIN, add: large });
    await registry.stop();
    configure(registry, toBucket(storage));

    const dry = await registry.command('move-content', '--dry-run');
    expect(dry.status).toBe(0);
    expect(dry.stdout).toMatch(
      /^would move 39 blocks \([\d.]+ MB\) from the database to s3:\/\/recordings\/ci\/fixtures\n$/,
    );
    expect(await storage.keys()).toEqual([]);
    const there = await registry.command('move-content');
    expect(there.status).toBe(0);
    expect(there.stdout).toMatch(/^moved 39 blocks \([\d.]+ MB\) to s3:\/\/recordings\/ci\/fixtures$/m);
    expect(await storage.keys()).toHaveLength(39);
    if (database === 'postgres') expect(await chunksOf(registry)).toBe(0);
    expect((await registry.command('move-content')).stdout).toBe(
      'nothing to move to s3://recordings/ci/fixtures\n',
    );
    await registry.restart();
    expect(await pullFiles(registry, repository, {})).toEqual(files);
    expect(await pullFiles(registry, 'acme/other', {})).toEqual(manyFiles(3, 'other'));
    expect(await pullFiles(registry, 'acme/large', {})).toEqual(asText(large));

    // Back again; contents in the bucket are still read from there at first.
    await restartWith(registry, toDatabase(storage));
    expect(await pullFiles(registry, repository, {})).toEqual(files);
    await pushFiles(registry, { repository, ref: MAIN, add: manyFiles(2, 'second') });
    expect(await storage.keys()).toHaveLength(39);
    await registry.stop();
    const back = await registry.command('move-content');
    expect(back.status).toBe(0);
    expect(back.stdout).toMatch(/^moved 39 blocks \([\d.]+ MB\) to the database$/m);
    expect(await storage.keys()).toEqual([]);
    configure(registry, {});
    await registry.restart();
    expect(await pullFiles(registry, repository, {})).toEqual({ ...files, ...manyFiles(2, 'second') });
    expect(await pullFiles(registry, 'acme/large', {})).toEqual(asText(large));
  });

  it('resumes after a kill, in both directions, and gc collects the leftovers in the bucket', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start(database);
    const files = manyFiles(120, 'kept');
    await pushFiles(registry, { repository, ref: MAIN, add: files });

    let interrupted = 0;
    for (const isThere of [true, false]) {
      const environment = isThere ? toBucket(storage) : toDatabase(storage);
      // A transaction moves fifty contents: none has committed at the third request, one at the
      // sixtieth, two later.
      for (const nth of [3, 60, 55]) {
        await registry.stop();
        configure(registry, environment);
        const ending = new AbortController();
        let seen = 0;
        storage.spoil((method) => {
          // By now some bytes have arrived, with or without their rows, and some are in transit.
          if (method === (isThere ? 'PUT' : 'GET') && ++seen === nth) ending.abort();
          return null;
        });
        const data = { path: registry.environment['FIXTURE_REGISTRY_DATA'] ?? '' };
        const ended = await runRegistry(data, ['move-content'], registry.environment, ending.signal);
        storage.spoil(null);
        if (ended.status === null) interrupted++;
        await registry.restart();
        expect(await pullFiles(registry, repository, {})).toEqual(files);
      }
      await registry.stop();
      const rest = await registry.command('move-content');
      expect(rest.status).toBe(0);
      await registry.restart();
      expect(await pullFiles(registry, repository, {})).toEqual(files);
    }
    expect(interrupted).toBe(6);
    await registry.stop();
    await storage.age();
    expect((await registry.command('gc')).stdout).toMatch(/^removed [1-9]\d* objects/m);
    expect(await storage.keys()).toEqual([]);
    await restartWith(registry, {});
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  }, 300_000);
});

describe('moving contents under a running registry', () => {
  it('serves every recording during pushes, purges and gc', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start('postgres', { FIXTURE_REGISTRY_RATE_LIMIT: '0' });
    const files: Record<string, string> = manyFiles(130, 'kept');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    const doomed = manyFiles(4, 'doomed');
    await pushFiles(registry, { repository: 'acme/purged', ref: MAIN, add: doomed });

    let moving = true;
    let pulls = 0;
    let pushes = 0;
    const pulling = async () => {
      while (moving) {
        const held = { ...files };
        expect(await pullFiles(registry, repository, {})).toMatchObject(held);
        pulls++;
      }
    };
    const pushing = async () => {
      for (; moving; pushes++) {
        const add = { [`pushed/recordings/${pushes}.json`]: chance(`pushed ${pushes}`, 2_000) };
        await pushFiles(registry, { repository, ref: MAIN, add });
        Object.assign(files, add);
      }
    };
    const move = async () => {
      const ended = await registry.command('move-content');
      expect(ended.status).toBe(0);
      return Number(/^moved (\d+) blocks/m.exec(ended.stdout)?.[1] ?? 0);
    };
    await restartWith(registry, toBucket(storage));
    const others = Promise.all([pulling(), pulling(), pushing()]);
    try {
      const purging = async () => {
        for (const text of Object.values(doomed)) {
          await purge(registry, { repository: 'acme/purged', digest: digestOf(Buffer.from(text)) });
        }
      };
      // Two concurrent moves are harmless.
      const [, , tidied] = await Promise.all([move(), move(), registry.command('gc'), purging()]);
      expect(tidied.status).toBe(0);
      expect(await chunksOf(registry)).toBe(0);
      // And back, under the same process, which reads from both places.
      configure(registry, toDatabase(storage));
      expect(await move()).toBeGreaterThan(0);
      expect(await chunksOf(registry)).toBeGreaterThan(0);
    } finally {
      moving = false;
      await others;
    }
    expect([pulls > 3, pushes > 3]).toEqual([true, true]);
    expect(await pullFiles(registry, repository, {})).toEqual(files);
    expect((await planOf(registry, 'acme/purged', {})).files).toEqual([]);
  });

  it('does not break a download in progress', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start('postgres');
    const files = largeFiles(16, 'slow');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    await restartWith(registry, toBucket(storage));
    const digests = Object.values(files).map(digestOf);
    const response = await fetch(`${registry.url}/-/${repository}/content`, {
      method: 'POST',
      headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ digests }),
    });
    // The client reads none of its bytes until everything has moved.
    const moved = await registry.command('move-content');
    expect(moved.stdout).toMatch(/^moved 16 blocks/m);
    const bounds = { maximumEntryBytes: 1 << 28, maximumEntries: 1_000 };
    const got = new Set<string>();
    for await (const entry of readArchive(response.body as AsyncIterable<Uint8Array>, bounds)) {
      got.add(digestOf(unpack(entry)));
    }
    expect(got).toEqual(new Set(digests));
    expect(storage.requests.some(({ method }) => method === 'GET')).toBe(true);
  });

  it('serves clients from a replica that has not received the move yet', async () => {
    await using storage = await startObjectStorage();
    const primary = await startPostgres();
    const database = await createDatabase(primary.url);
    await using registry = await startRegistry({
      environment: { DATABASE_URL: database, ...toBucket(storage) },
    });
    const files = manyFiles(5, 'copied');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    const replica = await startReplica(primary);
    const copy = `${replica.url}${new URL(database).pathname}`;
    await restartWith(registry, { ...toBucket(storage), DATABASE_REPLICA_URL: copy });
    const atReplica = postgres(copy, { max: 1, onnotice: () => {} });
    try {
      await atReplica`select pg_wal_replay_pause()`;
      const environment: Record<string, string> = { ...registry.environment, ...toDatabase(storage) };
      delete environment['FIXTURE_REGISTRY_CONTENT'];
      const data = { path: environment['FIXTURE_REGISTRY_DATA'] ?? '' };
      const moved = await runRegistry(data, ['move-content'], environment);
      expect(moved.stdout).toMatch(/^moved 5 blocks/m);
      expect(await storage.keys()).toEqual([]);
      const [behind] = await atReplica`select count(*)::int as count from blocks where location is not null`;
      expect(behind?.['count']).toBe(5);
      expect(await pullFiles(registry, repository, {})).toEqual(files);
      expect(registry.output.stderr).not.toContain('too far behind');
    } finally {
      await atReplica.end();
      await registry.stop();
      await replica.stop();
      await primary.stop();
    }
  });
});

describe('errors while moving contents', () => {
  it('reports a failing store, and resumes when it recovers', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start('postgres');
    const files = manyFiles(70, 'failing');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    configure(registry, toBucket(storage));
    let puts = 0;
    storage.spoil((method) => (method === 'PUT' && ++puts > 55 ? 'denied' : null));
    const failed = await registry.command('move-content');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain(
      'the content store does not store contents: it refuses the registry access',
    );
    storage.spoil(null);
    const done = await registry.command('move-content');
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/^moved 20 blocks/m);
    await restartWith(registry, toBucket(storage));
    expect(await pullFiles(registry, repository, {})).toEqual(files);
  });

  it('reports lost and damaged bytes, leaves them in place and moves the rest', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start('postgres', toBucket(storage));
    const files = manyFiles(6, 'some');
    await pushFiles(registry, { repository, ref: MAIN, add: files });
    const [gone = '', half = ''] = await storage.keys();
    await storage.remove(gone);
    storage.spoil((method, path) => (method === 'GET' && path.includes(half) ? 'half' : null));
    configure(registry, toDatabase(storage));
    const ended = await registry.command('move-content');
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('fixture-registry: not all contents can be moved\n');
    expect(ended.stdout).toMatch(/^moved 4 blocks/m);
    expect(ended.stdout).toContain('2 blocks could not be moved:');
    expect(ended.stdout).toMatch(/contents are lost: .*should be in s3:\/\/recordings/);
    expect(ended.stdout).toMatch(/damaged: object \S+ has \d+ bytes; \d+ were stored/);
    expect(await storage.keys()).toEqual([half]);
    storage.spoil(null);
    expect((await registry.command('move-content')).stdout).toMatch(/^moved 1 block /m);
  });

  it('reports contents in an unknown location', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start('postgres', toBucket(storage));
    await pushFiles(registry, { repository, ref: MAIN, add: manyFiles(2, 'elsewhere') });
    configure(registry, {});
    const ended = await registry.command('move-content');
    expect(ended.status).toBe(1);
    expect(ended.stdout).toMatch(
      /^nothing to move to the database\n2 blocks \(\d kB\) remain in s3:\/\/recordings\/ci\/fixtures, which .* FIXTURE_REGISTRY_CONTENT_BEFORE\n$/,
    );
  });

  it('reports that the embedded database is in use', async () => {
    await using storage = await startObjectStorage();
    await using registry = await start('embedded', toBucket(storage));
    const ended = await registry.command('move-content');
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining('Stop that process first')]);
  });
});
