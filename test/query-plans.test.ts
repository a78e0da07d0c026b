import type { Query } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../packages/registry/dist/database/database.js';
import { type RecordingFilter, recordingsPage } from '../packages/registry/dist/snapshots/recording-store.js';
import { startRegistry, type TestRegistry } from './support/registry.js';

// The questions that everybody asks must be answered from an index, however large a repository is. `npm run plans`
// shows the plans themselves.

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
  // 20 recordings for each test, 10 models; one in ten was replaced by a later version.
  await db`insert into entries (repository_id, ref_id, path, since, until, digest, test_id, model, endpoint, hash, hash_status)
    select 1, ${REF}, 'tests/suite_' || n % 40 || '/recordings/' || encode(sha256(n::text::bytea), 'hex') || '.json', 1,
      case when n % 10 = 0 then 2 else 2147483647 end, sha256(n::text::bytea),
      'tests/suite_' || n % 40 || '/test_' || n % 1000 || '.py::test_answers', 'model-' || n % 10, '/v1/chat/completions',
      encode(sha256(n::text::bytea), 'hex'), 'VERIFIED'
    from generate_series(1, ${RECORDINGS}) n`;
  await db`analyze`;
});
afterAll(() => registry[Symbol.asyncDispose]());

describe('a page of recordings is found through an index', () => {
  it.each<[string, RecordingFilter, string]>([
    ['by test id', { testId: 'tests/suite_7/test_47.py::test_answers' }, 'entries_test'],
    ['by a prefix of test ids', { testIdPrefix: 'tests/suite_7/test_47.py' }, 'entries_test'],
    ['by model', { model: 'model-3' }, 'entries_model'],
    ['by hash', { hash: 'a'.repeat(64) }, 'entries_hash'],
    ['by path', { path: 'tests/suite_1/recordings/x.json' }, 'entries_repository_id_ref_id_path_since_pk'],
    ['in the order of paths', {}, 'entries_repository_id_ref_id_path_since_pk'],
  ])('%s', async (name, filter, index) => {
    const plan = await planOf(filter);
    if (process.env['SHOW_PLANS']) console.log(`${name}:\n${plan}\n`);
    expect(plan).toContain(index);
    expect(plan).not.toContain('Seq Scan on entries');
    const prepared = await preparedPlanOf(filter);
    expect(prepared).toContain(index);
    expect(prepared).not.toContain('Seq Scan on entries');
  });
});

/** The plan of the very query that the registry asks. */
async function planOf(filter: RecordingFilter): Promise<string> {
  const { sql: text, params } = await queryOf(filter);
  const explain = `explain (analyze, costs off, timing off, summary off) ${text}`;
  return linesOf(await registry.sql.unsafe(explain, params as string[]));
}

/** The plan once a connection has asked it so often that Postgres may keep one plan for all values. */
async function preparedPlanOf(filter: RecordingFilter): Promise<string> {
  const { sql: text, params } = await queryOf(filter);
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

/** The query as the store gives it to the database's session. */
async function queryOf(filter: RecordingFilter): Promise<Query> {
  const asked: Query[] = [];
  const prepareQuery = (query: Query) => {
    asked.push(query);
    return { execute: async () => [] };
  };
  const recorder = { _: { session: { prepareQuery } } } as unknown as Database;
  const snapshot = { repositoryId: 1, layers: [{ refId: REF, version: 3 }] };
  await recordingsPage(recorder, snapshot, filter, { after: null, before: null, limit: 51, fromEnd: false });
  if (!asked[0]) throw new Error('nothing was asked');
  return asked[0];
}

const linesOf = (rows: Iterable<Record<string, unknown>>) =>
  [...rows].map((row) => row['QUERY PLAN']).join('\n');
