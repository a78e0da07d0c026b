import type { PushSummary } from '@fixture-registry/client';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isDirect } from '../../packages/registry/dist/database/postgres/detect-pooler.js';
import { fixturesJson } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { createDatabase, startRegistry, type TestRegistry } from '../support/registry.js';

// Needs Debian's package pgbouncer; without it, these tests report that they are skipped.
describe.skipIf(!hasPgBouncer)('behind PgBouncer in transaction mode', () => {
  let pooler: PgBouncer;
  let registries: TestRegistry[];
  beforeAll(async () => {
    pooler = await startPgBouncer(inject('postgresUrl'));
    const database = pooler.addressOf(await createDatabase(inject('postgresUrl')));
    // Three start at once on an empty database, and each tries to migrate it.
    registries = await Promise.all(
      [1, 2, 3].map(() => startRegistry({ environment: { DATABASE_URL: database } })),
    );
  });
  afterAll(async () => {
    for (const registry of registries) await registry[Symbol.asyncDispose]();
    await pooler[Symbol.asyncDispose]();
  });

  it('nine jobs push to one pull request through three processes without losing a push', async () => {
    const [first] = registries as [TestRegistry, ...TestRegistry[]];
    const repository = 'acme/pooled';
    await pushFiles(first, { repository, ref: { branch: 'main' }, add: manyFiles(40, 'kept') });
    const jobs = await Promise.all(
      Array.from({ length: 9 }, async (_, job) => {
        await using folder = await makeFolder(manyFiles(25, `job-${job}`));
        const at = { registry: registries[job % 3] ?? first, repository };
        return await fixturesJson<PushSummary>(at, folder, 'push', '--pull-request', '4', '--base', 'main');
      }),
    );
    expect(jobs.map((job) => job.added)).toEqual(Array.from({ length: 9 }, () => 25));
    expect(jobs.map((job) => job.snapshot.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const wanted = Object.assign(
      manyFiles(40, 'kept'),
      ...jobs.map((_, job) => manyFiles(25, `job-${job}`)),
    ) as Record<string, string>;
    for (const registry of registries) {
      expect(await pullFiles(registry, repository, { ref: { pullRequest: 4 } })).toEqual(wanted);
    }
  });

  it('the registry prepares no statements, because each transaction may use another connection', async () => {
    const server = inject('postgresUrl');
    expect(await isDirect(`${server}/postgres`)).toBe(true);
    expect(await isDirect(pooler.addressOf(`${server}/postgres`))).toBe(false);

    const [first] = registries as [TestRegistry, ...TestRegistry[]];
    const ask = () =>
      first.ask('{ repository(owner: "acme", name: "pooled") { recordings(first: 1) { nodes { path } } } }');
    await Promise.all(Array.from({ length: 40 }, ask));
    const database = postgres(first.environment['DATABASE_URL'] ?? '', { max: 4, prepare: false });
    // Four held queries use all connections of the pooler.
    const prepared = await Promise.all(
      [1, 2, 3, 4].map(() =>
        database.begin(async (tx) => {
          await tx`select pg_sleep(0.2)`;
          return await tx`select statement from pg_prepared_statements`;
        }),
      ),
    );
    await database.end();
    expect(prepared.flat()).toEqual([]);
  });

  it('a restarted process finds the database migrated', async () => {
    const [first] = registries as [TestRegistry, ...TestRegistry[]];
    await first.stop();
    await first.restart();
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });
});
