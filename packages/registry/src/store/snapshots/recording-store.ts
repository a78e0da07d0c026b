import { refusedPattern } from '@fixture-registry/protocol';
import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { preparedRows } from '../../database/statements/statement.js';
import type { HashStatus, Outcome } from '../../vocabulary/recording.js';
import type { Purge } from '../purged/purge.js';
import { PURGE_OF_CONTENT } from '../purged/purge-store.js';
import { hashCondition } from './hash-condition.js';
import { type EntryWay, entriesByCall, entriesOf } from './layered-set.js';
import { likePattern, pathExpression, widerLike } from './selection.js';
import type { SnapshotKey } from './snapshot-key.js';

/** A recording as queries give it; the text of its response and its content are fetched apart, when asked for. */
export interface RecordingRow {
  repositoryId: number;
  /** The entry that holds it: its identity, together with the path. */
  refId: number;
  since: number;
  path: string;
  digest: string;
  size: number;
  hash: string | null;
  hashStatus: HashStatus;
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  format: string;
  isStreaming: boolean | null;
  outcome: Outcome | null;
  problem: string | null;
  /** Set when an admin removed the content. */
  purged: Purge | null;
}

/** All that are given must hold. */
export interface RecordingFilter {
  testId?: string | null | undefined;
  testIdPrefix?: string | null | undefined;
  model?: string | null | undefined;
  hash?: string | null | undefined;
  endpoint?: string | null | undefined;
  /** A path, or a pattern with `*`. */
  path?: string | null | undefined;
  /** Part of the path, test id, model or response text; upper and lower case are one. */
  search?: string | null | undefined;
}

const ENTRY = sql`e.repository_id, e.ref_id, e.since, e.path, e.digest, e.hash, e.hash_status, e.test_id, e.model,
  e.endpoint`;

/** Completes entries `p` (columns `ENTRY`) with what stands beside their contents. */
const complete = (entries: SQL) => sql`
  select p.repository_id as "repositoryId", p.ref_id as "refId", p.since, p.path, encode(p.digest, 'hex') as digest,
    c.size, encode(p.hash, 'hex') as hash, coalesce(p.hash_status, 'UNKNOWN') as "hashStatus", p.test_id as "testId", p.model,
    p.endpoint, coalesce(r.format, 'opaque') as format, r.is_streaming as "isStreaming", r.outcome, r.problem, c.purged
  from (${entries}) p
  cross join lateral (select c.size, ${PURGE_OF_CONTENT} as purged from contents c
    where c.repository_id = p.repository_id and c.digest = p.digest offset 0) c
  left join lateral (select * from readings r
    where r.repository_id = p.repository_id and r.digest = p.digest offset 0) r on true`;

/** Characters of each text that a filter may hold, and of what is searched for in every text. */
const LONGEST_FILTER = 4_096;
const LONGEST_SEARCH = 200;

/** Why a filter is refused, as a sentence; null when it is not. */
export function refusedFilter(filter: RecordingFilter): string | null {
  for (const [field, text] of Object.entries(filter)) {
    const longest = field === 'search' ? LONGEST_SEARCH : LONGEST_FILTER;
    if (typeof text === 'string' && text.length > longest) {
      return `filter.${field} has ${text.length} characters; at most ${longest} are allowed`;
    }
  }
  const reason = filter.path == null ? null : refusedPattern(filter.path);
  return reason && `filter.path ${reason}`;
}

export function filterCondition(filter: RecordingFilter): SQL {
  const conditions: SQL[] = [];
  if (filter.testId != null) conditions.push(sql`e.test_id = ${filter.testId}`);
  if (filter.testIdPrefix != null) conditions.push(startsWith(sql`e.test_id`, filter.testIdPrefix));
  if (filter.model != null) conditions.push(sql`e.model = ${filter.model}`);
  if (filter.hash != null) conditions.push(hashCondition([filter.hash]));
  if (filter.endpoint != null) conditions.push(sql`e.endpoint = ${filter.endpoint}`);
  if (filter.path != null) {
    conditions.push(
      filter.path.includes('*')
        ? sql`(e.path like ${widerLike(filter.path)} and e.path ~ ${`^${pathExpression(filter.path)}$`})`
        : sql`e.path = ${filter.path}`,
    );
  }
  if (filter.search != null) {
    const pattern = `%${likePattern(filter.search.replaceAll('*', ' ')).trim()}%`;
    conditions.push(sql`(e.path ilike ${pattern} or e.test_id ilike ${pattern} or e.model ilike ${pattern}
      or exists (select 1 from readings s where s.repository_id = e.repository_id and s.digest = e.digest
        and s.response_text ilike ${pattern}))`);
  }
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

/** A test, a hash and a path have few calls, whatever else is asked of them; else as many are looked at as the question has it. */
function wayOf({ testId, hash, path }: RecordingFilter, otherwise: EntryWay): EntryWay {
  return testId != null || hash != null || (path != null && !path.includes('*')) ? 'few' : otherwise;
}

/** A range, which an index answers also where the planner cannot see that a pattern is a prefix. */
function startsWith(column: SQL, prefix: string): SQL {
  if (prefix === '') return sql`${column} is not null`;
  // Above every text with the prefix, in the order of code points that the column has.
  return sql`(${column} >= ${prefix} and ${column} < ${`${prefix}\u{10FFFF}`})`;
}

/** Recordings in the order of their paths, after a path or before one. */
export async function recordingsPage(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<RecordingRow[]> {
  const conditions = [filterCondition(filter)];
  if (page.after !== null) conditions.push(sql`e.path > ${page.after}`);
  if (page.before !== null) conditions.push(sql`e.path < ${page.before}`);
  const order = page.fromEnd ? sql`path desc` : sql`path`;
  const entries = sql`select * from (${entriesOf(snapshot, wayOf(filter, 'page'), ENTRY, sql.join(conditions, sql` and `))}) u
    order by ${order} limit ${page.limit}`;
  return preparedRows(db, sql`${complete(entries)} order by ${order}`);
}

export async function countRecordings(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter = {},
): Promise<number> {
  const entries = entriesOf(snapshot, wayOf(filter, 'all'), sql`1`, filterCondition(filter));
  const [found] = await rows<{ count: number }>(db, sql`select count(*)::int as count from (${entries}) u`);
  return found?.count ?? 0;
}

/** One recording by the entry that holds it; null when there is none. */
export async function recordingByEntry(
  db: Database,
  key: { repositoryId: number; refId: number; since: number; path: string },
): Promise<RecordingRow | null> {
  const entry = sql`select ${ENTRY} from ${entriesByCall(key.refId)} e
    where e.repository_id = ${key.repositoryId} and e.path = ${key.path} and e.since = ${key.since} and e.digest is not null`;
  const [found] = await rows<RecordingRow>(db, complete(entry));
  return found ?? null;
}

/** The recordings at the named paths of a snapshot, by path. */
export async function recordingsAt(
  db: Database,
  snapshot: SnapshotKey,
  paths: string[],
): Promise<Map<string, RecordingRow>> {
  const entries = entriesOf(snapshot, 'few', ENTRY, sql`e.path = any(${sql.param(paths)}::text[])`);
  const found = await rows<RecordingRow>(db, complete(entries));
  return new Map(found.map((row) => [row.path, row]));
}

/** The recordings that lie under one of the hashes, in the order of their paths; at most 50. */
export function recordingsWithHash(
  db: Database,
  snapshot: SnapshotKey,
  hashes: string[],
): Promise<RecordingRow[]> {
  const entries = entriesOf(snapshot, 'few', ENTRY, hashCondition(hashes));
  return rows(db, sql`${complete(entries)} order by p.path limit 50`);
}

/** The recordings of one test, in the order of their paths. */
export function recordingsOfTest(
  db: Database,
  snapshot: SnapshotKey,
  testId: string,
  limit: number,
): Promise<RecordingRow[]> {
  const entries = entriesOf(snapshot, 'few', ENTRY, sql`e.test_id = ${testId}`);
  return rows(db, sql`${complete(entries)} order by p.path limit ${limit}`);
}

/** The recordings of several tests, in the order of their paths. */
export function recordingsOfTests(
  db: Database,
  snapshot: SnapshotKey,
  testIds: string[],
): Promise<RecordingRow[]> {
  const entries = entriesOf(snapshot, 'few', ENTRY, sql`e.test_id = any(${sql.param(testIds)}::text[])`);
  return rows(db, sql`${complete(entries)} order by p.path`);
}

export interface ModelSummary {
  model: string;
  recordings: number;
  tests: number;
}

/** The models of a snapshot, with how many recordings and tests each has, by name. */
export async function modelsOf(db: Database, snapshot: SnapshotKey): Promise<ModelSummary[]> {
  const entries = entriesOf(snapshot, 'all', sql`e.model, e.test_id`, sql`e.model is not null`);
  return rows(
    db,
    sql`select model, count(*)::int as recordings, count(distinct test_id)::int as tests
        from (${entries}) u group by model order by model`,
  );
}

/** The distinct values of tests or models in a snapshot. */
export async function namesIn(
  db: Database,
  snapshot: SnapshotKey,
  what: 'test' | 'model',
): Promise<Set<string>> {
  const column = what === 'test' ? sql`e.test_id` : sql`e.model`;
  const entries = entriesOf(snapshot, 'all', sql`${column} as name`, sql`${column} is not null`);
  const found = await rows<{ name: string }>(db, sql`select distinct u.name from (${entries}) u`);
  return new Set(found.map(({ name }) => name));
}

export interface TestSummary {
  testId: string;
  recordings: number;
  models: string[];
}

/** Tests in the order of their ids, after one or before one. */
export async function testsPage(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<TestSummary[]> {
  const conditions = [sql`e.test_id is not null`, filterCondition(filter)];
  if (page.after !== null) conditions.push(sql`e.test_id > ${page.after}`);
  if (page.before !== null) conditions.push(sql`e.test_id < ${page.before}`);
  const entries = entriesOf(
    snapshot,
    wayOf(filter, 'page'),
    sql`e.test_id, e.model`,
    sql.join(conditions, sql` and `),
  );
  const order = page.fromEnd ? sql`test_id desc` : sql`test_id`;
  return rows(
    db,
    sql`select test_id as "testId", count(*)::int as recordings,
          coalesce(array_agg(distinct model) filter (where model is not null), '{}') as models
        from (${entries}) u group by test_id order by ${order} limit ${page.limit}`,
  );
}

export async function countTests(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
): Promise<number> {
  const where = sql`e.test_id is not null and ${filterCondition(filter)}`;
  const entries = entriesOf(snapshot, wayOf(filter, 'all'), sql`e.test_id`, where);
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(distinct test_id)::int as count from (${entries}) u`,
  );
  return found?.count ?? 0;
}

/** The text of each response, by digest. */
export async function responseTexts(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, string | null>> {
  const found = await rows<{ digest: string; text: string | null }>(
    db,
    sql`select encode(digest, 'hex') as digest, response_text as text from readings
        where repository_id = ${repositoryId}
        and digest in (select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d)`,
  );
  return new Map(found.map((row) => [row.digest, row.text]));
}
