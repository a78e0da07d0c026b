import type { Query, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../packages/registry/dist/database/statements/database.js';
import { fetchUnstable } from '../../packages/registry/dist/review/flaky/unstable-store.js';
import { activityOf } from '../../packages/registry/dist/review/verdicts/activity-store.js';
import {
  activityOfRepositories,
  openPullRequests,
  pullRequestsPage,
} from '../../packages/registry/dist/review/verdicts/pull-request-list-store.js';
import { historyOfTest } from '../../packages/registry/dist/review/verdicts/test-history-store.js';
import { verdictsOf } from '../../packages/registry/dist/review/verdicts/verdict-store.js';
import { filesOf } from '../../packages/registry/dist/store/pull/plan-pull.js';
import { recordingsAcrossRefs } from '../../packages/registry/dist/store/snapshots/across-refs-store.js';
import { agesOf } from '../../packages/registry/dist/store/snapshots/age-store.js';
import { statesOf } from '../../packages/registry/dist/store/snapshots/entry-store.js';
import { earlierTestsAt } from '../../packages/registry/dist/store/snapshots/history-store.js';
import { recordingsByLastUse } from '../../packages/registry/dist/store/snapshots/last-use-order-store.js';
import { keysAt } from '../../packages/registry/dist/store/snapshots/layer-store.js';
import {
  countPathVersions,
  pathVersions,
} from '../../packages/registry/dist/store/snapshots/path-version-store.js';
import {
  pushedVersions,
  versionsPage,
} from '../../packages/registry/dist/store/snapshots/pushed-version-store.js';
import type { RecordingFilter } from '../../packages/registry/dist/store/snapshots/recording-filter.js';
import {
  countRecordings,
  newestOfTests,
  recordingsByEntries,
  recordingsPage,
} from '../../packages/registry/dist/store/snapshots/recording-store.js';
import {
  branchesPage,
  pullRequestRefs,
  refsById,
} from '../../packages/registry/dist/store/snapshots/ref-list-store.js';
import { selectionCondition } from '../../packages/registry/dist/store/snapshots/selection.js';
import { modelsOf, testsPage } from '../../packages/registry/dist/store/snapshots/test-and-model-store.js';
import { newestChanges } from '../../packages/registry/dist/store/snapshots/test-change-store.js';
import { lastUsesOfTests, usesOf } from '../../packages/registry/dist/store/uses/last-use-store.js';
import { unusedPage } from '../../packages/registry/dist/store/uses/unused-store.js';
import { auditPage } from '../../packages/registry/dist/trust/audit/audit-pages-store.js';
import { ANONYMOUS } from '../../packages/registry/dist/trust/identity/identity.js';
import { readableRepositories } from '../../packages/registry/dist/trust/repositories/readable-repositories-store.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// Frequent queries must use an index, however large a repository is. `npm run plans` prints the plans.

const RECORDINGS = 20_000;
const REF = 1;
const REF_KEY = 'refs_repository_id_id_pk';
/** A look-up of entries by their ref and call. Two indexes have both, and the planner may choose either. */
const ENTRY_KEY =
  /using (?:entries_repository_id_ref_id_call_id_since_pk|entries_call) on entries[^\n]*\n *Index Cond: (?=[^\n]*\bcall_id = )[^\n]*\bref_id = /;
/** A look-up by the call alone reads the entries of every ref. */
const ANY_REF = /using entries_call on entries[^\n]*\n *Index Cond: (?![^\n]*\bref_id = )/;
const SNAPSHOT_KEY = 'snapshots_repository_id_ref_id_version_pk';

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
  await db`insert into readings (repository_id, digest, format, outcome, request_hashes, hash_versions, reader)
    select 1, sha256(n::text::bytea), 'opaque', 'SUCCESS', sha256(n::text::bytea), '\\x0f', 1
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
      expect(each).toMatch(ENTRY_KEY);
    }
  });
});

describe('a filter that reads what is known of each content', () => {
  it.each<[string, RecordingFilter]>([
    [
      'playable',
      {
        playable: 'OUTDATED',
        recorder: { version: 4, folders: [], testFolders: ['a'], baseFolders: [], isLayoutKnown: false },
      },
    ],
    ['outcome', { outcome: 'ERROR' }],
    ['format', { format: 'ogx' }],
    ['recordedBefore', { recordedBefore: new Date(0) }],
  ])('looks up one row per recording, in the order of paths: %s', async (name, filter) => {
    const page = { after: null, before: null, limit: 51, fromEnd: false };
    const plan = await planOf((db) => recordingsPage(db, state(1, REF, 3), filter, page));
    if (process.env['SHOW_PLANS']) console.log(`${name}:\n${plan}\n`);
    expect(plan).toContain('calls_path');
    expect(plan).toMatch(/(readings|contents)_repository_id_digest_pk/);
    expect(plan).not.toMatch(/Seq Scan on (calls|entries|readings|contents)/);
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
    expect(plan).toMatch(ENTRY_KEY);
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
  expect(own).toMatch(ENTRY_KEY);
  expect(`${set}${own}`).not.toMatch(/Join Filter|Seq Scan/);
});

describe('cassettes are found through their calls', () => {
  const CASSETTES = 6_000;
  const page = { after: null, before: null, limit: 51, fromEnd: false };
  let of: { repositoryId: number; refId: number };
  beforeAll(async () => {
    const { sql: db } = registry;
    // Every other cassette has calls of two models; its entry has none. Three versions of each content.
    const [repository] =
      await db`insert into repositories (owner, name) values ('acme', 'cassettes') returning id`;
    const id = Number(repository?.['id']);
    const [ref] = await db`insert into refs (repository_id, kind, name, version)
      values (${id}, 'BRANCH', 'main', 3) returning id`;
    of = { repositoryId: id, refId: Number(ref?.['id']) };
    await db`insert into snapshots (repository_id, ref_id, version, origin)
      select ${id}, ${of.refId}, v, 'PUSH' from generate_series(1, 3) v`;
    const digest = db`sha256((n || ' in version ' || v)::bytea)`;
    const all = db`generate_series(1, ${CASSETTES}) n, generate_series(1, 3) v`;
    await db`insert into contents (repository_id, digest, size) select ${id}, ${digest}, 1 from ${all}`;
    await db`insert into readings (repository_id, digest, format, outcome, request_hashes, reader)
      select ${id}, ${digest}, 'vcrpy', 'SUCCESS', '', 2 from ${all}`;
    await db`insert into exchanges (repository_id, digest, position, key, occurrence, method, url, model, endpoint, outcome, response_text)
      select ${id}, ${digest}, p, '', p, 'POST', '/v1/chat/completions', 'model-' || (n + p * (n % 2)) % 500,
        '/v1/chat/completions', 'SUCCESS', repeat('answer ', 50) from ${all}, generate_series(0, 2) p`;
    await db`insert into calls (repository_id, path, test_id, model, endpoint, hash_status)
      select ${id}, 'tests/cassettes/' || n || '.yaml', 'tests/test_a.py::test_' || n,
        case when n % 2 = 0 then 'model-' || n % 500 end, '/v1/chat/completions', 'UNKNOWN'
      from generate_series(1, ${CASSETTES}) n`;
    await db`insert into entries (repository_id, ref_id, call_id, since, until, digest)
      select ${id}, ${of.refId}, k.id, v, case when v = 3 then 2147483647 else v + 1 end,
        sha256((split_part(split_part(k.path, '/', 3), '.', 1) || ' in version ' || v)::bytea)
      from calls k, generate_series(1, 3) v where k.repository_id = ${id}`;
    await db`analyze`;
  });

  it.each(['by text', 'prepared'])('by model, %s', async (how) => {
    const ask = (db: Database) =>
      recordingsPage(db, state(of.repositoryId, of.refId, 3), { model: 'model-7' }, page);
    const plan = how === 'prepared' ? await preparedPlanOf(ask) : await planOf(ask);
    if (process.env['SHOW_PLANS']) console.log(`cassettes by model, ${how}:\n${plan}\n`);
    for (const index of ['calls_model', 'exchanges_model', 'entries_digest', 'calls_repository_id_id_pk'])
      expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (calls|entries|exchanges|readings|contents)/);
    // 24 cassettes name the model in one of three calls, in each of three versions.
    expect(plan).toMatch(/exchanges_model on exchanges x \(actual rows=\d\d\.00 loops=1\)/);
  });

  it('by model in a repository without cassettes, without reading any', async () => {
    const plan = await planOf((db) => recordingsPage(db, state(1, REF, 3), { model: 'model-3' }, page));
    expect(plan).toMatch(/exchanges_model on exchanges x \(actual rows=0\.00 loops=1\)/);
    expect(plan).toMatch(/calls_model on calls k \(actual rows=\d\d\.00 loops=1\)/);
  });

  it.each<[string, (db: Database) => Promise<unknown>]>([
    ['an endpoint', (db) => recordingsPage(db, state(1, REF, 3), { endpoint: '/v1/none' }, page)],
    ['a search', (db) => recordingsPage(db, state(1, REF, 3), { search: 'none' }, page)],
    ['a list of models', (db) => modelsOf(db, state(1, REF, 3))],
    ['a list of tests', (db) => testsPage(db, state(1, REF, 3), {}, page)],
    [
      'a selection',
      (db) =>
        filesOf(
          db,
          state(1, REF, 3),
          selectionCondition({ tests: null, models: ['model-3'], paths: null }, 1),
        ),
    ],
  ])('%s looks up no call in a repository without cassettes', async (name, ask) => {
    const plan = await planOf(ask);
    if (process.env['SHOW_PLANS']) console.log(`${name}, without cassettes:\n${plan}\n`);
    const scans = [
      ...plan.matchAll(/on exchanges(?: x)? \((?:actual rows=([\d.]+) loops=(\d+)|never executed)/g),
    ];
    expect(scans.length).toBeGreaterThan(0);
    for (const [, rows = '0', loops = '0'] of scans) {
      expect(Number(rows)).toBe(0);
      expect(Number(loops)).toBeLessThanOrEqual(1);
    }
  });

  it.each<[string, (db: Database) => Promise<unknown>]>([
    ['a list of models', (db) => modelsOf(db, state(of.repositoryId, of.refId, 3))],
    ['ages by model', (db) => agesOf(db, state(of.repositoryId, of.refId, 3), Date.now())],
    ['a list of tests', (db) => testsPage(db, state(of.repositoryId, of.refId, 3), {}, page)],
    [
      'a selection',
      (db) =>
        filesOf(
          db,
          state(of.repositoryId, of.refId, 3),
          selectionCondition({ tests: null, models: ['model-3'], paths: null }, of.repositoryId),
        ),
    ],
    [
      'an endpoint with a model',
      (db) =>
        countRecordings(db, state(of.repositoryId, of.refId, 3), { endpoint: '/v1/none', model: 'model-3' }),
    ],
  ])('%s looks up the calls by key', async (name, ask) => {
    const plan = await planOf(ask);
    if (process.env['SHOW_PLANS']) console.log(`${name}, of cassettes:\n${plan}\n`);
    expect(plan).toMatch(/exchanges_(repository_id_digest_position_pk|model) on exchanges x/);
    expect(plan).not.toMatch(/Seq Scan on exchanges x/);
  });
});

describe('the activity of a branch', () => {
  const plan = async (repository: string) => {
    const [row] = await registry.sql`select r.id as "repositoryId", f.id from refs f
      join repositories r on r.id = f.repository_id where r.name = ${repository} and f.kind = 'BRANCH'`;
    const branch = { repositoryId: Number(row?.['repositoryId']), id: Number(row?.['id']) };
    const text = await planOf((db) => activityOf(db, branch, 52, Date.now()), [{ version: 1 }]);
    if (process.env['SHOW_PLANS']) console.log(`the activity of ${repository}:\n${text}\n`);
    return text;
  };

  it('looks up no call in a repository without cassettes', async () => {
    expect(await plan('large')).toMatch(/on exchanges x \(never executed\)/);
  });

  it('looks up the calls of cassettes with several models by key', async () => {
    const text = await plan('cassettes');
    expect(text).toMatch(/exchanges_repository_id_digest_position_pk on exchanges x/);
    expect(text).not.toMatch(/Seq Scan on (exchanges x|calls|entries)/);
    // Every other of 6,000 cassettes has calls of two models, in each of three versions.
    expect(text).toMatch(/exchanges x \(actual rows=3\.00 loops=9000\)/);
  });
});

describe('a list on a page uses an index', () => {
  beforeAll(async () => {
    const { sql: db } = registry;
    // 2,000 pull requests, of which 100 are open, each with a verdict of 20 changes; other repositories have more.
    await db`insert into repositories (owner, name) select 'acme', 'other-' || n from generate_series(10, 60) n`;
    await db`insert into refs (repository_id, kind, name, version, promoted_version)
      select r.id, 'PULL_REQUEST', n, 1, case when n <= 1900 then 1 end
      from repositories r, generate_series(1, case when r.id = 1 then 2000 else 200 end) n`;
    await db`insert into snapshots (repository_id, ref_id, version, origin, created_at)
      select repository_id, id, 1, 'PUSH', now() - random() * interval '700 days' from refs where kind = 'PULL_REQUEST'`;
    await db`insert into promotions (repository_id, ref_id, branch_ref_id, promoted_version, promoted_at)
      select repository_id, id, ${REF}, 1, now() - random() * interval '700 days' from refs
      where repository_id = 1 and promoted_version = 1`;
    await db`insert into verdicts (repository_id, ref_id, version, digest, headline, mark, behaviour, content, errors, unplayable, added, removed)
      select repository_id, id, 1, '', '20 changes', '🔴', 20, 0, 0, 0, 0, 0 from refs where kind = 'PULL_REQUEST'`;
    await db`insert into verdict_changes (repository_id, ref_id, position, path, test_id, model, level, words)
      select v.repository_id, v.ref_id, n, 'p' || n, 'tests/test_' || (v.ref_id * 7 + n) % 1000 || '.py::test', 'model-' || n % 10,
        'BEHAVIOUR', 'changed' from verdicts v, generate_series(1, 20) n`;
    await db`insert into weekly_changes (repository_id, week, model, behaviour)
      select id, date_trunc('week', now() at time zone 'UTC')::date - 7 * w, 'model-' || m, 1
      from repositories, generate_series(0, 199) w, generate_series(1, 10) m`;
    await db`analyze`;
  });

  const page = { after: null, before: null, limit: 51, fromEnd: false };
  const branch = { repositoryId: 1, id: REF };
  it.each<[string, (db: Database) => Promise<unknown>, string[]]>([
    [
      'open pull requests, newest first',
      (db) => pullRequestsPage(db, 1, 'OPEN', page),
      [
        'refs_repository_id_id_pk',
        'snapshots_repository_id_ref_id_version_pk',
        'verdicts_repository_id_ref_id_pk',
      ],
    ],
    [
      'open pull requests of several repositories',
      (db) => openPullRequests(db, [1, 2, 3], 5),
      ['refs_repository_id_id_pk', 'verdicts_repository_id_ref_id_pk'],
    ],
    ['the last push of a repository', (db) => activityOfRepositories(db, [1, 2]), ['snapshots_created']],
    [
      'the history of a test',
      (db) => historyOfTest(db, 1, 'tests/test_7.py::test', 101),
      ['verdict_changes_test', 'refs_repository_id_id_pk'],
    ],
    ['the verdict of a pull request', (db) => verdictsOf(db, 1, [REF]), ['verdicts_repository_id_ref_id_pk']],
    ['the unstable recordings', (db) => fetchUnstable(db, 1, 50), ['entries_alive', 'calls_path']],
    [
      'the activity of 52 weeks',
      (db) => activityOf(db, branch, 52, Date.now()),
      ['weekly_changes_repository_id_week_model_pk'],
    ],
  ])('%s', async (name, ask, indexes) => {
    const plan = await planOf(ask, [{ version: 2 }]);
    if (process.env['SHOW_PLANS']) console.log(`${name}:\n${plan}\n`);
    for (const index of indexes) expect(plan).toContain(index);
    expect(plan).not.toMatch(
      /Seq Scan on (refs|entries|calls|snapshots|verdicts|verdict_changes|weekly_changes)/,
    );
  });

  it('a page of open pull requests loads the verdicts of its rows only', async () => {
    const plan = await planOf((db) => pullRequestsPage(db, 1, 'OPEN', page));
    expect(plan).toMatch(/verdicts_repository_id_ref_id_pk on verdicts v \(actual rows=1\.00 loops=51\)/);
  });

  it('the activity of 52 weeks reads the counts of these weeks only', async () => {
    const plan = await planOf((db) => activityOf(db, branch, 52, Date.now()), [{ version: 2 }]);
    expect(plan).toMatch(/Scan .*on weekly_changes w \(actual rows=520\.00 loops=1\)/);
  });
});

describe('history, and lists of refs and snapshots, use an index', () => {
  let path: string;
  beforeAll(async () => {
    const { sql: db } = registry;
    // 200 versions of a branch, each with its event in the audit log among 20,000 others; each replaces the recordings
    // of ten paths. 300 pull requests and 300 branches lie over it.
    await db`insert into snapshots (repository_id, ref_id, version, origin, created_at)
      select 1, ${REF}, v, 'PUSH', timestamptz '2026-01-01' + v * interval '1 hour' from generate_series(4, 200) v`;
    await db`update refs set version = 200 where repository_id = 1 and id = ${REF}`;
    await db`insert into audit_events (repository_id, at, who, action, target, outcome)
      select 1, created_at, 'token 1', 'push', 'refs/heads/main', 'DONE' from snapshots where repository_id = 1 and ref_id = ${REF}`;
    await db`insert into audit_events (repository_id, at, who, action, target, outcome)
      select 1, timestamptz '2025-01-01' + n * interval '1 second', 'token 2', 'upload', null, 'DONE' from generate_series(1, 20000) n`;
    await db`insert into contents (repository_id, digest, size)
      select 1, sha256((n || ' in version ' || v)::bytea), 1 from generate_series(1, 10) n, generate_series(4, 200) v`;
    await db`insert into calls (repository_id, path, test_id, hash)
      select 1, 'tests/often/recordings/' || n || '.json', 'tests/often.py::test_' || n, sha256(n::text::bytea)
      from generate_series(1, 10) n`;
    await db`insert into entries (repository_id, ref_id, call_id, since, until, digest)
      select 1, ${REF}, k.id, v, case when v = 200 then 2147483647 else v + 1 end,
        sha256((split_part(split_part(k.path, '/', 4), '.', 1) || ' in version ' || v)::bytea)
      from calls k, generate_series(4, 200) v where k.repository_id = 1 and k.path like 'tests/often/%'`;
    await db`insert into refs (repository_id, kind, name, version, base_ref_id, base_version)
      select 1, kind, 9000 + n, 1, ${REF}, 200 from generate_series(1, 300) n, unnest(array['PULL_REQUEST', 'BRANCH']) kind`;
    await db`insert into snapshots (repository_id, ref_id, version, origin, base_ref_id, base_version)
      select 1, id, 1, 'PUSH', base_ref_id, base_version from refs where repository_id = 1 and base_ref_id = ${REF}`;
    await db`insert into repositories (owner, name) select 'owner-' || n % 100, 'name-' || n from generate_series(1, 5000) n`;
    await db`insert into refs (repository_id, kind, name, version)
      select id, 'PULL_REQUEST', '1' || n, 1 from repositories, generate_series(1, 3) n where owner like 'owner-%'`;
    path = 'tests/often/recordings/7.json';
    await db`analyze`;
  });

  const latest = { after: null, before: null, limit: 51, fromEnd: false };
  const ref = { repositoryId: 1, refId: REF, id: REF };
  const noFilter = { action: null, outcome: null, who: null, since: null, until: null };
  const layers = [{ refId: REF, version: 200 }];
  const EVERYTHING = { ...ANONYMOUS, grants: [{ repositoryId: 'all' as const, scope: 'read' as const }] };
  const tests = Array.from({ length: 10 }, (_, n) => `tests/often.py::test_${n + 1}`);
  it.each<[string, (db: Database) => Promise<unknown>, (string | RegExp)[]]>([
    [
      'the history of a path',
      (db) => pathVersions(db, ref, [{ path, upTo: 200 }], latest),
      ['calls_path', ENTRY_KEY, SNAPSHOT_KEY, 'audit_events_at'],
    ],
    [
      'its second page',
      (db) => pathVersions(db, ref, [{ path, upTo: 200 }], { ...latest, after: 150 }),
      ['calls_path', ENTRY_KEY, SNAPSHOT_KEY, 'audit_events_at'],
    ],
    [
      'the number of its versions',
      (db) => countPathVersions(db, ref, [{ path, upTo: 200 }]),
      ['calls_path', ENTRY_KEY],
    ],
    [
      'the last changes of tests',
      (db) => newestChanges(db, state(1, REF, 200), tests),
      ['calls_test', ENTRY_KEY, SNAPSHOT_KEY],
    ],
    ['the snapshots of a branch', (db) => versionsPage(db, ref, latest), [SNAPSHOT_KEY, 'audit_events_at']],
    [
      'the versions of some snapshots',
      (db) => pushedVersions(db, 1, layers),
      [SNAPSHOT_KEY, 'audit_events_at'],
    ],
    ['the layers of some snapshots', (db) => keysAt(db, 1, layers), [SNAPSHOT_KEY]],
    ['a page of branches', (db) => branchesPage(db, 1, { ...latest, after: '9' }), ['refs_name']],
    ['a page of pull requests', (db) => pullRequestRefs(db, 1, 'OPEN', latest), [REF_KEY]],
    ['some refs', (db) => refsById(db, 1, [REF]), [REF_KEY]],
    [
      'some recordings',
      (db) => recordingsByEntries(db, 1, [{ refId: REF, since: 9, path }]),
      ['calls_path', ENTRY_KEY],
    ],
    [
      'the audit log of a path',
      (db) => auditPage(db, { ...noFilter, repositoryId: 1, path }, latest),
      ['calls_path', REF_KEY, ENTRY_KEY, SNAPSHOT_KEY, 'audit_events_at', 'audit_events_repository_id_id_pk'],
    ],
    [
      'a page of repositories',
      (db) => readableRepositories(db, EVERYTHING, { ...latest, after: 'acme/other-11' }),
      ['repositories_name'],
    ],
    [
      'the recordings of a test on a branch',
      (db) => recordingsAcrossRefs(db, 1, { testId: 'tests/often.py::test_7' }, latest, 100),
      ['calls_test', 'calls_path', ENTRY_KEY],
    ],
    [
      'the recording at a path on a branch',
      (db) => recordingsAcrossRefs(db, 1, { path }, latest, 100),
      ['calls_path', ENTRY_KEY],
    ],
  ])('%s', async (name, ask, indexes) => {
    // What the first queries of a list return: a branch, another ref, and the layer of the branch.
    const main = { id: REF, repositoryId: 1, kind: 'BRANCH', name: 'main', version: 200, closedAt: null };
    const layer = { top: `${REF}.200`, refId: REF, version: 200, seal: '0123456789ab' };
    const plan = await planOf(ask, [main, { ...main, id: REF + 1 }, layer]);
    if (process.env['SHOW_PLANS']) console.log(`${name}:\n${plan}\n`);
    for (const index of indexes) {
      if (typeof index === 'string') expect(plan).toContain(index);
      else expect(plan).toMatch(index);
    }
    expect(plan).not.toMatch(ANY_REF);
    expect(plan).not.toMatch(/Seq Scan on (refs|entries|calls|snapshots|audit_events|contents)/);
  });
});

describe('the uses of recordings', () => {
  beforeAll(async () => {
    const { sql: db } = registry;
    // A tenth of the recordings was never read.
    await db`insert into recording_uses (repository_id, path, last_used_at, first_pulled_at)
      select 1, path, case when id % 10 = 5 then 'epoch' else now() - make_interval(days => (id % 10 * id % 365)::int) end,
        now() - interval '400 days'
      from calls where repository_id = 1 and id % 10 > 0`;
    await db`insert into use_runs (repository_id, ref_id, run, workflow, jobs, counts, started_at, reported_at)
      select 1, ${REF}, n, 'tests', '{"test": {"total": 1, "failed": [], "succeeded": [0]}}', true,
        now() - make_interval(hours => n), now() - make_interval(hours => n) from generate_series(1, 2000) n`;
    await db`analyze`;
  });

  const head = state(1, REF, 3);
  const page = { after: null, before: null, limit: 51, fromEnd: false };
  const monthAgo = new Date(Date.now() - 30 * 86_400_000);
  const key = `2020-01-01T00:00:00.000000Z:tests/suite_1/recordings/a.json`;
  const byLastUse = { low: null, high: null, limit: 1 };
  it.each<[string, (db: Database) => Promise<unknown>, string]>([
    [
      'the first page of the unused recordings',
      (db) => unusedPage(db, head, monthAgo, page),
      'recording_uses_last',
    ],
    [
      'a later page of the unused recordings',
      (db) => unusedPage(db, head, monthAgo, { ...page, after: key }),
      'recording_uses_last',
    ],
    [
      'the most recently used recordings',
      (db) =>
        recordingsByLastUse(db, head, { ...byLastUse, high: { value: 9e14, path: 'a' }, fromEnd: true }),
      'recording_uses_last',
    ],
    [
      'the last uses of a page',
      (db) => usesOf(db, 1, ['a', 'b', 'c']),
      'recording_uses_repository_id_path_pk',
    ],
    [
      'the last uses of tests',
      (db) => lastUsesOfTests(db, head, ['tests/suite_7/test_47.py::test_answers']),
      'recording_uses_repository_id_path_pk',
    ],
  ])('%s', async (name, ask, index) => {
    // The first query of the order by last use, and the only one of the others.
    const plan = await planOf(ask, [{}]);
    if (process.env['SHOW_PLANS']) console.log(`${name}:\n${plan}\n`);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (recording_uses|calls|entries|contents|readings)/);
    // A page reads only its own rows, and the removed paths between them.
    expect(plan).not.toMatch(/on recording_uses u(?:_\d)? \(actual rows=\d{4}/);
  });
});

const state = (repositoryId: number, refId: number, version: number) => ({
  repositoryId,
  layers: [{ refId, version, seal: '0123456789ab' }],
});

/** The plan of the query that the registry runs. */
async function planOf(
  ask: (db: Database) => Promise<unknown>,
  results: Record<string, unknown>[] = [],
): Promise<string> {
  const { sql: text, params } = await queryOf(ask, results);
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

/**
 * The last query that a store sends to the database, prepared or not.
 * @param results what each earlier query returns
 */
async function queryOf(
  ask: (db: Database) => Promise<unknown>,
  results: Record<string, unknown>[] = [],
): Promise<Query> {
  const asked: Query[] = [];
  const recorder = {
    execute: async (query: SQL) => {
      asked.push(new PgDialect().sqlToQuery(query));
      return results.slice(asked.length - 1, asked.length);
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
  const last = asked.at(-1);
  if (!last) throw new Error('nothing was asked');
  return last;
}

const linesOf = (rows: Iterable<Record<string, unknown>>) =>
  [...rows].map((row) => row['QUERY PLAN']).join('\n');
