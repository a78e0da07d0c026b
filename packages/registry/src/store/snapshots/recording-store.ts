import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { preparedRows } from '../../database/statements/statement.js';
import { READER_VERSION } from '../../recordings/reading/reader-version.js';
import type { HashStatus, Outcome } from '../../vocabulary/recording.js';
import type { Purge } from '../purged/purge.js';
import { PURGE_OF_CONTENT } from '../purged/purge-store.js';
import { hashCondition } from './hash-condition.js';
import { entriesByCall, entriesOf } from './layered-set.js';
import { hashVersions } from './playable-condition.js';
import { filteredEntries, filteredParts, type RecordingFilter } from './recording-filter.js';
import type { SnapshotKey } from './snapshot-key.js';

/** A recording of a snapshot. Its response text and content are loaded separately, on demand. */
export interface RecordingRow {
  repositoryId: number;
  /** The ref of its entry. With `since` and the path it identifies the recording. */
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
  /** When the registry received the content, in milliseconds since 1970. */
  recordedAt: number;
  /** The recorder versions that compute the hash in the file name; null while the content is to be read again. */
  hashVersions: number | null;
  /** Whether an earlier release read the content, which is read again soon. */
  isOutdated: boolean;
  /** Set when an admin removed the content. */
  purged: Purge | null;
  /** The snapshot that it was read from; null when it was found by its entry. */
  snapshot: SnapshotKey | null;
}

export const ENTRY = sql`e.repository_id, e.ref_id, e.since, e.path, e.digest, e.hash, e.hash_status, e.test_id, e.model,
  e.endpoint`;

/** When the registry received a content `c`, in milliseconds since 1970. */
export const RECORDED_AT = sql`floor(extract(epoch from c.created_at) * 1000)::float8`;

/** Joins entries `p` (columns `ENTRY`) with their contents and readings. @param more further columns */
export const withContents = (entries: SQL, more: SQL = sql``) => sql`
  select p.repository_id as "repositoryId", p.ref_id as "refId", p.since, p.path, encode(p.digest, 'hex') as digest,
    c.size, encode(p.hash, 'hex') as hash, coalesce(p.hash_status, 'UNKNOWN') as "hashStatus", p.test_id as "testId", p.model,
    p.endpoint, coalesce(r.format, 'opaque') as format, r.is_streaming as "isStreaming", r.outcome, r.problem, c.purged,
    coalesce(r.reader < ${sql.raw(String(READER_VERSION))}, false) as "isOutdated",
    ${hashVersions(sql`p`, sql`r`)} as "hashVersions", c.at as "recordedAt"${more}
  from (${entries}) p
  cross join lateral (select c.size, ${PURGE_OF_CONTENT} as purged, ${RECORDED_AT} as at from contents c
    where c.repository_id = p.repository_id and c.digest = p.digest offset 0) c
  left join lateral (select * from readings r
    where r.repository_id = p.repository_id and r.digest = p.digest offset 0) r on true`;

/** A page of recordings ordered by path, after or before a path. */
export async function recordingsPage(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<RecordingRow[]> {
  const conditions = [sql`true`];
  if (page.after !== null) conditions.push(sql`e.path > ${page.after}`);
  if (page.before !== null) conditions.push(sql`e.path < ${page.before}`);
  const order = page.fromEnd ? sql`path desc` : sql`path`;
  const first = (entries: SQL) => sql`select * from (${entries}) u order by ${order} limit ${page.limit}`;
  const parts = filteredParts(snapshot, filter, 'page', ENTRY, sql.join(conditions, sql` and `));
  // Each part has its own limit: the planner would sort both as a whole.
  const pages = parts.length === 1 ? parts : parts.map((part) => sql`(${first(part)})`);
  const entries = first(sql.join(pages, sql` union all `));
  return within(snapshot, await preparedRows(db, sql`${withContents(entries)} order by ${order}`));
}

export async function countRecordings(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter = {},
): Promise<number> {
  const entries = filteredEntries(snapshot, filter, 'all', sql`1`);
  const [found] = await rows<{ count: number }>(db, sql`select count(*)::int as count from (${entries}) u`);
  return found?.count ?? 0;
}

/** The recording of an entry; null when there is none. */
export async function recordingByEntry(
  db: Database,
  key: { repositoryId: number; refId: number; since: number; path: string },
): Promise<RecordingRow | null> {
  const entry = sql`select ${ENTRY} from ${entriesByCall(key.refId)} e
    where e.repository_id = ${key.repositoryId} and e.path = ${key.path} and e.since = ${key.since} and e.digest is not null`;
  const [found] = await rows<RecordingRow>(db, withContents(entry));
  return found ? { ...found, snapshot: null } : null;
}

/** An entry of a ref, which identifies a recording. */
export interface EntryKey {
  refId: number;
  since: number;
  path: string;
}

/** The key of an entry as a text. */
export const entryName = ({ refId, since, path }: EntryKey) => `${refId}.${since}:${path}`;

/** The recordings of several entries, by `entryName`. Those that do not exist are left out. */
export async function recordingsByEntries(
  db: Database,
  repositoryId: number,
  keys: readonly EntryKey[],
): Promise<Map<string, RecordingRow>> {
  const entries = sql`select ${ENTRY} from unnest(${sql.param(keys.map(({ refId }) => refId))}::bigint[],
      ${sql.param(keys.map(({ since }) => since))}::int[], ${sql.param(keys.map(({ path }) => path))}::text[]) as w (ref_id, since, path)
    cross join lateral (select * from ${entriesByCall(sql`w.ref_id`)} e
      where e.repository_id = ${repositoryId} and e.path = w.path and e.since = w.since and e.digest is not null) e`;
  const found = await rows<RecordingRow>(db, withContents(entries));
  return new Map(found.map((row) => [entryName(row), { ...row, snapshot: null }]));
}

/** The recordings at the named paths of a snapshot, by path. */
export async function recordingsAt(
  db: Database,
  snapshot: SnapshotKey,
  paths: string[],
): Promise<Map<string, RecordingRow>> {
  const entries = entriesOf(snapshot, 'few', ENTRY, sql`e.path = any(${sql.param(paths)}::text[])`);
  const found = await rows<RecordingRow>(db, withContents(entries));
  return new Map(within(snapshot, found).map((row) => [row.path, row]));
}

/** The recordings with one of the hashes, ordered by path; at most 50. */
export async function recordingsWithHash(
  db: Database,
  snapshot: SnapshotKey,
  hashes: string[],
): Promise<RecordingRow[]> {
  const entries = entriesOf(snapshot, 'few', ENTRY, hashCondition(hashes));
  return within(snapshot, await rows(db, sql`${withContents(entries)} order by p.path limit 50`));
}

/**
 * The recordings whose request has the hash, whatever their names, ordered by path; at most 50. Reads all
 * recordings of the snapshot, or those of one test.
 */
export async function recordingsComputing(
  db: Database,
  snapshot: SnapshotKey,
  hash: string,
  testId: string | null,
): Promise<RecordingRow[]> {
  const entries =
    testId === null
      ? entriesOf(snapshot, 'all', ENTRY)
      : entriesOf(snapshot, 'few', ENTRY, sql`e.test_id = ${testId}`);
  const found = await rows<RecordingRow>(
    db,
    sql`${withContents(entries)} where position(decode(${hash}, 'hex') in r.request_hashes) % 32 = 1
        order by p.path limit 50`,
  );
  return within(snapshot, found);
}

/** The recordings with one of the hashes, in any order. */
export async function recordingsWithHashes(
  db: Database,
  snapshot: SnapshotKey,
  hashes: string[],
): Promise<RecordingRow[]> {
  if (hashes.length === 0) return [];
  const anyOf = sql`e.hash = any(array(select decode(h, 'hex') from unnest(${sql.param(hashes)}::text[]) h))`;
  return within(snapshot, await rows(db, withContents(entriesOf(snapshot, 'few', ENTRY, anyOf))));
}

/** The recordings of a test, ordered by path. */
export async function recordingsOfTest(
  db: Database,
  snapshot: SnapshotKey,
  testId: string,
  limit: number,
): Promise<RecordingRow[]> {
  const entries = entriesOf(snapshot, 'few', ENTRY, sql`e.test_id = ${testId}`);
  return within(snapshot, await rows(db, sql`${withContents(entries)} order by p.path limit ${limit}`));
}

/**
 * The recordings of several tests, ordered by path: of each test, model and endpoint the newest ones, at most
 * `limit`. Upper layers are newer, and within a layer later versions.
 */
export async function newestOfTests(
  db: Database,
  snapshot: SnapshotKey,
  testIds: string[],
  limit: number,
): Promise<RecordingRow[]> {
  const entries = entriesOf(snapshot, 'few', ENTRY, sql`e.test_id = any(${sql.param(testIds)}::text[])`);
  const layers = sql.param(snapshot.layers.map(({ refId }) => refId));
  const ranked = sql`select u.*, row_number() over (partition by u.test_id, u.model, u.endpoint
    order by array_position(${layers}::bigint[], u.ref_id), u.since desc, u.path) as position from (${entries}) u`;
  const newest = sql`select * from (${ranked}) ranked where position <= ${limit}`;
  return within(snapshot, await rows(db, sql`${withContents(newest)} order by p.path`));
}

/** The rows, with the snapshot that they were read from. */
export function within(snapshot: SnapshotKey, found: RecordingRow[]): RecordingRow[] {
  for (const row of found) row.snapshot = snapshot;
  return found;
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
