import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Connection, connect } from '../../packages/registry/dist/database/connect.js';
import { databaseBlocks } from '../../packages/registry/dist/store/blocks/database-blocks.js';
import { acquireLease } from '../../packages/registry/dist/store/retention/lease-store.js';
import { type RoundOptions, runRound } from '../../packages/registry/dist/store/retention/round.js';
import { ageRows } from '../support/age-rows.js';
import { askToPush, type Files, planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const MAIN = { branch: 'main' };
const SETTINGS = 'retention: { pull-requests: 1d, snapshots: 1d, audit: 30d }';
const OPTIONS: RoundOptions = {
  holder: randomUUID(),
  limits: { seconds: 30, bytes: 1 << 26, pause: 0, lockTimeout: 100 },
  ...{ isForced: true, repacks: true, interval: 0, stopping: null },
};

let registry: TestRegistry;
let connection: Connection;
beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  connection = await connect({ url: registry.databaseUrl ?? '' }, () => {});
});
afterAll(async () => {
  await connection.close();
  await registry[Symbol.asyncDispose]();
});

const source = () => ({ db: connection.db, blocks: databaseBlocks });
const push = (repository: string, add: Files, more = {}) =>
  pushFiles(registry, { repository, ref: MAIN, add, ...more });
/** Main with the versions 1 to 5, each of which replaced another text two days ago. */
async function fiveVersions(repository: string): Promise<string[]> {
  const ids: string[] = [];
  for (let text = 1; text <= 5; text++) {
    const add = { 'a/recordings/1.json': `"${repository} ${text}"`, 'a/recordings/2.json': '"same"' };
    const commit = String(text).repeat(40);
    ids.push((await push(repository, add, { settings: SETTINGS, commit })).snapshot.id);
  }
  await ageRows(registry.sql, repository, 48);
  return ids;
}
const versionsOf = async (repository: string) => {
  const found = await registry.sql`select s.version from snapshots s join refs r
    on r.repository_id = s.repository_id and r.id = s.ref_id and r.kind = 'BRANCH'
    where s.repository_id = (select id from repositories where owner || '/' || name = ${repository}) order by 1`;
  return found.map(({ version }) => Number(version));
};

describe('a round', () => {
  it('waits for a push that runs, and keeps the version that it lies over', async () => {
    const repository = 'acme/racing-push';
    await fiveVersions(repository);
    const { sql: query } = registry;
    // A push in its transaction: it holds the shared lock, and has chosen version 2 as its base.
    const round = await query.begin(async (tx) => {
      const [held] =
        await tx`select id from repositories where owner || '/' || name = ${repository} for share`;
      await tx`insert into refs (repository_id, kind, name, version, base_ref_id, base_version)
        select repository_id, 'PULL_REQUEST', '7', 0, id, 2 from refs where repository_id = ${held?.['id']}`;
      expect(await runRound(source(), OPTIONS)).toMatchObject({ isBusy: true, removed: { snapshots: 0 } });
      const waiting = runRound(source(), { ...OPTIONS, limits: { ...OPTIONS.limits, lockTimeout: 30_000 } });
      await vi.waitFor(async () => {
        const [found] = await query`select count(*)::int as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        expect(found?.['count']).toBe(1);
      });
      return { waiting };
    });
    expect(await round.waiting).toMatchObject({ isBusy: false, failures: [], removed: { snapshots: 2 } });
    expect(await versionsOf(repository)).toEqual([2, 4, 5]);
  });

  it('keeps recordings that a request may still read for an hour, and a later push as a new pull request', async () => {
    const repository = 'acme/readers';
    await push(repository, { 'a/recordings/1.json': '"main"' }, { settings: SETTINGS });
    const ref = { pullRequest: 3, base: 'main' };
    await push(repository, { 'a/recordings/2.json': '"layer"' }, { ref });
    await registry.sql`update refs set closed_at = now(), closed_by_run = 1 where kind = 'PULL_REQUEST'
      and repository_id = (select id from repositories where owner || '/' || name = ${repository})`;
    await ageRows(registry.sql, repository, 48);
    expect(await runRound(source(), OPTIONS)).toMatchObject({ removed: { pullRequests: 1, entries: 0 } });
    expect((await planOf(registry, repository, { at: { pullRequest: 3 } })).__typename).toBe('NotFound');

    await push(repository, { 'a/recordings/3.json': '"again"' }, { ref });
    await ageRows(registry.sql, repository, 2);
    expect(await runRound(source(), OPTIONS)).toMatchObject({
      removed: { entries: 1, calls: 1, contents: 1 },
    });
    expect(await pullFiles(registry, repository, { at: { pullRequest: 3 } })).toEqual({
      'a/recordings/1.json': '"main"',
      'a/recordings/3.json': '"again"',
    });
  });

  it('names newer recordings to a push that is a difference to a removed version', async () => {
    const repository = 'acme/old-since';
    const [first = ''] = await fiveVersions(repository);
    await runRound(source(), OPTIONS);
    expect(await versionsOf(repository)).toEqual([4, 5]);
    const sinceAt = new Date(Date.now() - 2 * 24 * 3_600_000 - 3_600_000).toISOString();
    const answer = await askToPush(registry, { repository, ref: MAIN, add: {}, since: first, sinceAt });
    expect(answer.__typename).toBe('SinceUnknown');
    type Answer = { push: { newer: string[] } };
    const { push: unknown } = await registry.ask<Answer>(
      'mutation ($input: PushInput!) { push(input: $input) { ... on SinceUnknown { newer } } }',
      { input: { owner: 'acme', name: 'old-since', ref: MAIN, add: [], since: first, sinceAt } },
    );
    expect(unknown.newer).toContain('a/recordings/1.json');
  });

  it('keeps everything while the settings cannot be read, and says so', async () => {
    const repository = 'acme/unreadable';
    await fiveVersions(repository);
    await registry.sql`update settings set text = 'retention: { snapshots: soon }' where repository_id =
      (select id from repositories where owner || '/' || name = ${repository})`;
    const done = await runRound(source(), OPTIONS);
    expect(done?.unreadable).toEqual(
      [{ name: repository, problems: [expect.stringContaining('`snapshots`')] }].map((each) =>
        expect.objectContaining(each),
      ),
    );
    expect(await versionsOf(repository)).toEqual([1, 2, 3, 4, 5]);
    expect((await registry.command('gc', '--dry-run')).stdout).toContain(`kept everything in ${repository}`);
    await registry.sql`delete from settings where repository_id =
      (select id from repositories where owner || '/' || name = ${repository})`;
  });

  it('is for one process at a time, and ends when it loses the lease', async () => {
    const { db } = connection;
    const lease = await acquireLease(db, 'retention', randomUUID());
    expect(await runRound(source(), { ...OPTIONS, holder: randomUUID() })).toBeNull();
    await registry.sql`update leases set held_until = now() - interval '1 second'`;
    const other = await acquireLease(db, 'retention', randomUUID());
    expect(await lease?.renew()).toBe(false);
    expect(await other?.renew()).toBe(true);
    await other?.release({ dueAt: Date.now() + 3_600_000 });
    expect(await runRound(source(), { ...OPTIONS, isForced: false })).toBeNull();
    expect(await runRound(source(), OPTIONS)).not.toBeNull();
  });

  it('removes audit events that are old enough, and the log refuses any other change', async () => {
    const repository = 'acme/audited';
    await push(repository, { 'a/recordings/1.json': '"main"' }, { settings: SETTINGS });
    const count = async () => {
      const [found] = await registry.sql`select count(*)::int as count from audit_events where who = 'old'`;
      return Number(found?.['count']);
    };
    for (const days of [29, 31]) {
      await registry.sql`insert into audit_events (repository_id, at, who, action, outcome)
        select id, now() - make_interval(days => ${days}), 'old', 'push', 'DONE' from repositories
        where owner || '/' || name = ${repository}`;
    }
    await expect(registry.sql`delete from audit_events where who = 'old'`).rejects.toThrow('append-only');
    await runRound(source(), OPTIONS);
    expect(await count()).toBe(1);
    const [event] = await registry.sql`select who, detail from audit_events where action = 'retention'
      and target = ${repository}`;
    expect(event).toEqual({ who: 'upkeep', detail: 'removed 1 audit event' });
  });
});

describe('serve', () => {
  it('does the rounds by itself, one of two processes at a time', { timeout: 120_000 }, async () => {
    const repository = 'acme/two-processes';
    await fiveVersions(repository);
    const environment = { DATABASE_URL: registry.databaseUrl ?? '', FIXTURE_REGISTRY_UPKEEP: '1' };
    await using one = await startRegistry({ environment });
    await using two = await startRegistry({ environment });
    const removedBy = async () => {
      const texts = await Promise.all(
        [one, two].map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
      );
      return texts.map((text) =>
        Number(/^\S*upkeep_removed_total\{what="snapshots"\} (\d+)$/m.exec(text)?.[1] ?? 0),
      );
    };
    await vi.waitFor(async () => expect(await versionsOf(repository)).toEqual([4, 5]), { timeout: 60_000 });
    await vi.waitFor(async () => expect((await removedBy()).sort()).toEqual([0, 3]), { timeout: 30_000 });
    const events = await registry.sql`select detail from audit_events where action = 'retention'
      and target = ${repository}`;
    expect(events.map(({ detail }) => detail)).toEqual([expect.stringContaining('3 snapshots')]);
    const outputs = [one, two].map(({ output }) => output.stderr.includes('3 snapshots'));
    expect(outputs.sort()).toEqual([false, true]);

    // The other one goes on when the process that did the rounds dies.
    const [first] = await removedBy();
    await (first === 3 ? one : two).kill();
    await ageRows(registry.sql, repository, 2);
    await vi.waitFor(
      async () => {
        const [found] =
          await registry.sql`select count(*)::int as count from removed_versions where repository_id =
          (select id from repositories where owner || '/' || name = ${repository})`;
        expect(found?.['count']).toBe(0);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(Object.values(await pullFiles(registry, repository, {}))).toContain(`"${repository} 5"`);
  });

  it('does them on the embedded database, and gc through the server', { timeout: 120_000 }, async () => {
    await using embedded = await startRegistry();
    const repository = 'acme/embedded';
    for (let text = 1; text <= 4; text++) {
      const add = { ...manyFiles(3, 'kept'), 'a/recordings/1.json': `"text ${text}"` };
      await pushFiles(embedded, { repository, ref: MAIN, add, settings: SETTINGS });
    }
    const offline = async (work: (database: Connection) => Promise<unknown>) => {
      await embedded.stop();
      const directory = embedded.environment['FIXTURE_REGISTRY_DATA'] ?? '';
      const database = await connect({ directory }, () => {});
      await work(database).finally(() => database.close());
      await embedded.restart();
    };
    await offline(async ({ db }) => {
      await db.execute(sql`update snapshots set created_at = now() - interval '3 days'`);
      await db.execute(sql`update contents set created_at = now() - interval '3 days'`);
    });
    expect((await embedded.command('gc', '--dry-run')).stdout).toMatch(
      /^would remove 2 snapshots that retention no longer keeps$/m,
    );
    const gc = (await embedded.command('gc')).stdout;
    expect(gc).toMatch(/^removed 2 snapshots that retention no longer keeps$/m);
    expect(gc).toMatch(/^the recordings of 2 removed snapshots and pull requests stay for an hour/m);

    embedded.environment['FIXTURE_REGISTRY_UPKEEP'] = '1';
    await offline(({ db }) =>
      db.execute(sql`update removed_versions set removed_at = now() - interval '2 hours'`),
    );
    await vi.waitFor(() => expect(embedded.output.stderr).toContain('2 entries, 2 contents'), {
      timeout: 60_000,
    });
    expect(await pullFiles(embedded, repository, {})).toEqual({
      ...manyFiles(3, 'kept'),
      'a/recordings/1.json': '"text 4"',
    });
  });
});
