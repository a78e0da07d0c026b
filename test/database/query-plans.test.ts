import type { Query, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../packages/registry/dist/database/statements/database.js';
import { filesOf } from '../../packages/registry/dist/store/pull/plan-pull.js';
import { statesOf } from '../../packages/registry/dist/store/snapshots/entry-store.js';
import { earlierTestsAt } from '../../packages/registry/dist/store/snapshots/history-store.js';
import type { RecordingFilter } from '../../packages/registry/dist/store/snapshots/recording-filter.js';
import {
  newestOfTests,
  recordingsPage,
} from '../../packages/registry/dist/store/snapshots/recording-store.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// Frequent queries must use an index, however large a repository is. `npm run plans` prints the plans.

const RECORDINGS = 20_000;
const REF = 1;

let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  const { sql: db } = registry;
  await db`insert into repositories (owner, name) values ('acme', 'large')`;
  await db`insert into refs (repository_id, kind, name, version) values (1, 'BRANCH', 'main', 3)`;
  await db`insert into snapshots (repository_id, ref_id, version, origin) select 1, ${REF}, v, 'PUSH' from generate_series(1, 3) v`;
  await db`insert into contents (repository_id, digest, size)
    select 1, sha256(n::text::bytea), 1 from generate_series(1, ${RECORDINGS}) n`;
  // 20 recordings per test, 10 models; a later version replaces one in ten.
  await db`insert into calls (repository_id, path, test_id, model, endpoint, hash, hash_status)
    select 1, 'tests/suite_' || n % 40 || '/recordings/' || encode(sha256(n::text::bytea), 'hex') || '.json',
      'tests/suite_' || n % 40 || '/test_' || n % 1000 || '.py::test_answers', 'model-' || n % 10, '/v1/chat/completions',
      sha256(n::text::bytea), 'VERIFIED'
    from generate_series(1, ${RECORDINGS}) n`;
  await db`insert into entries (repository_id, ref_id, call_id, since, until, digest)
    select 1, ${REF}, id, 1, case when id % 10 = 0 then 2 else 2147483647 end, hash from calls`;
  await db`analyze`;
});
afterAll(() => registry[Symbol.asyncDispose]());

describe('a page of recordings uses an index', () => {
  it.each<[string, RecordingFilter, string]>([
    ['by test id', { testId: 'tests/suite_7/test_47.py::test_answers' }, 'calls_test'],
    ['by a prefix of test ids', { testIdPrefix: 'tests/suite_7/test_47.py' }, 'calls_test'],
    ['by model', { model: 'model-3' }, 'calls_model'],
    ['by hash', { hash: 'a'.repeat(64) }, 'calls_hash'],
    ['by path', { path: 'tests/suite_1/recordings/x.json' }, 'calls_path'],
    ['in the order of paths', {}, 'calls_path'],
  ])('%s', async (name, filter, index) => {
    const page = { after: null, before: null, limit: 51, fromEnd: false };
    const ask = (db: Database) => recordingsPage(db, state(1, REF, 3), filter, page);
    const plan = await planOf(ask);
    if (process.env['SHOW_PLANS']) console.log(`${name}:\n${plan}\n`);
    const prepared = await preparedPlanOf(ask);
    for (const each of [plan, prepared]) {
      expect(each).toContain(index);
      expect(each).not.toMatch(/Seq Scan on (calls|entries)/);
      // Only the entries of each call are read.
      expect(each).toContain('entries_repository_id_ref_id_call_id_since_pk');
    }
  });
});

it('the recordings of 200 tests for a drift report are found through an index', async () => {
  const tests = Array.from({ length: 200 }, (_, n) => `tests/suite_${n % 40}/test_${n}.py::test_answers`);
  const newest = await planOf((database) => newestOfTests(database, state(1, REF, 3), tests, 64));
  const paths = tests.map((test) => `${test}.json`);
  const earlier = await planOf((database) => earlierTestsAt(database, state(1, REF, 3), paths));
  if (process.env['SHOW_PLANS']) console.log(`newest:\n${newest}\n\nearlier:\n${earlier}\n`);
  expect(newest).toContain('calls_test');
  expect(newest).toMatch(/^Sort \(actual rows=3600\b/);
  expect(earlier).toContain('calls_path');
  for (const plan of [newest, earlier]) {
    expect(plan).not.toMatch(/Seq Scan on (calls|entries)/);
    expect(plan).toContain('entries_repository_id_ref_id_call_id_since_pk');
  }
});

it('a repository without planner statistics is not scanned once per row', async () => {
  const { sql: db } = registry;
  await db`insert into repositories (owner, name) values ('acme', 'new')`;
  await db`insert into refs (repository_id, kind, name, version) values (2, 'BRANCH', 'main', 1)`;
  await db`insert into contents (repository_id, digest, size) select 2, digest, size from contents`;
  await db`insert into calls (repository_id, path, hash) select 2, path, hash from calls`;
  await db`insert into entries (repository_id, ref_id, call_id, since, digest)
    select 2, 2, id, 1, hash from calls where repository_id = 2`;
  const set = await planOf((database) => filesOf(database, state(2, 2, 1), sql`true`));
  const own = await planOf((database) => statesOf(database, 2, 2, null, ['tests/recordings/x.json']));
  if (process.env['SHOW_PLANS']) console.log(`new, the set:\n${set}\n\nnew, by paths:\n${own}\n`);
  expect(set).toMatch(/Index Cond: .*\(id = n.call_id\)/);
  expect(set).toMatch(/Index Cond: .*\(digest = n.digest\)/);
  expect(own).toMatch(/Index Cond: .*\(ref_id = .*\(call_id = k.id\)/);
  expect(`${set}${own}`).not.toMatch(/Join Filter|Seq Scan/);
});

const state = (repositoryId: number, refId: number, version: number) => ({
  repositoryId,
  layers: [{ refId, version, seal: '0123456789ab' }],
});

/** The plan of the query that the registry runs. */
async function planOf(ask: (db: Database) => Promise<unknown>): Promise<string> {
  const { sql: text, params } = await queryOf(ask);
  const explain = `explain (analyze, costs off, timing off, summary off) ${text}`;
  return linesOf(await registry.sql.unsafe(explain, params as string[]));
}

/** The plan after so many runs that Postgres may switch to a generic plan. */
async function preparedPlanOf(ask: (db: Database) => Promise<unknown>): Promise<string> {
  const { sql: text, params } = await queryOf(ask);
  const values = params.map((value) => `'${String(value).replaceAll("'", "''")}'`).join(', ');
  return await registry.sql.begin(async (tx) => {
    await tx.unsafe(`prepare page as ${text}`);
    for (let times = 0; times < 8; times++) await tx.unsafe(`execute page(${values})`);
    const plan = linesOf(
      await tx.unsafe(`explain (analyze, costs off, timing off, summary off) execute page(${values})`),
    );
    await tx.unsafe('deallocate page');
    return plan;
  });
}

/** The query as a store sends it to the database, prepared or not. */
async function queryOf(ask: (db: Database) => Promise<unknown>): Promise<Query> {
  const asked: Query[] = [];
  const recorder = {
    execute: async (query: SQL) => {
      asked.push(new PgDialect().sqlToQuery(query));
      return [];
    },
    _: {
      session: {
        prepareQuery: (query: Query) => {
          asked.push(query);
          return { execute: async () => [] };
        },
      },
    },
  } as unknown as Database;
  await ask(recorder);
  if (!asked[0]) throw new Error('nothing was asked');
  return asked[0];
}

const linesOf = (rows: Iterable<Record<string, unknown>>) =>
  [...rows].map((row) => row['QUERY PLAN']).join('\n');
