import { type SQL, sql } from 'drizzle-orm';
import { MODEL_LIST_ENDPOINTS } from '../../recordings/playable/model-list-name.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import type { Playable } from '../../vocabulary/recording.js';

// The rules of `recordings/playable` in SQL, for filters and for what a whole branch says of its recorder. They
// are about an entry `e`; a test compares them with the rules. They run for every recording of a state, so they
// read its reading once, and avoid set-returning functions.

/** The bytes of a whole hash, and of the start of one that version 1 writes. */
const [HASH_BYTES, SHORT_BYTES] = [32, 6];

/** Versions differ in at most this number of hashes. */
const MOST_HASHES = 4;

const MODEL_LISTS = sql.join(
  MODEL_LIST_ENDPOINTS.map((endpoint) => sql`${endpoint}`),
  sql`, `,
);

/** The versions that compute the hash in the file name, as a number; null while the content is to be read again. */
export function hashVersions(entry: SQL, reading: SQL): SQL {
  const isAt = (position: number) =>
    sql`substring(${reading}.request_hashes from ${sql.raw(String(32 * position + 1))} for length(${entry}.hash)) = ${entry}.hash`;
  const versionsAt = (position: number) =>
    sql`get_byte(${reading}.hash_versions, ${sql.raw(String(position))})`;
  const positions = Array.from({ length: MOST_HASHES }, (_, position) => position);
  const whole = positions.map((at) => sql`when ${isAt(at)} then ${versionsAt(at)}`);
  // A match of the start comes first, because Postgres evaluates `and` in any order, but not `case`.
  const short = positions.map(
    (at) => sql`when case when ${isAt(at)} then ${versionsAt(at)} & 1 = 1 else false end then 1`,
  );
  return sql`case
    when ${reading}.hash_versions is null then null
    when length(${entry}.hash) = ${HASH_BYTES} then case ${sql.join(whole, sql` `)} else 0 end
    when length(${entry}.hash) = ${SHORT_BYTES} then case ${sql.join(short, sql` `)} else 0 end
    else 0 end`;
}

/** Whether the name of an entry is its hash alone; a name with a hash is otherwise that of a model list. */
export const IS_PLAIN = sql`(right('/' || e.path, 2 * length(e.hash) + 6) = '/' || encode(e.hash, 'hex') || '.json')`;

/**
 * The versions of an entry `e`, for a lateral join as `v`: `hashed` are those that compute the hash in its file
 * name, `named` those that look up its request under that name. Null without a reading of this release.
 */
export const VERSIONS = sql`(
  select h.hashed, case
    when not ${IS_PLAIN} = coalesce(e.endpoint in (${MODEL_LISTS}), false) then h.hashed
    when ${IS_PLAIN} and length(e.hash) = ${SHORT_BYTES} then h.hashed
    else h.hashed & 0 end as named
  from (select ${hashVersions(sql`e`, sql`r`)} as hashed
    from (select 1) one left join lateral (select * from readings s
      where s.repository_id = e.repository_id and s.digest = e.digest offset 0) r on true offset 0) h offset 0)`;

/**
 * The folders of an entry `e`, for a lateral join as `f`: `folder` without a trailing slash; `test` of the file
 * in its test id, null when the id names no file.
 */
export const FOLDERS = sql`(
  select regexp_replace(e.path, '(^|/)[^/]*$', '') as folder, case when strpos(e.test_id, '::') > 1
    then coalesce(substring(split_part(e.test_id, '::', 1) from '^(.*)/'), '') end as test offset 0)`;

const isIn = (place: SQL) => sql`(right('/' || f.folder, length(${place}) + 1) = '/' || ${place})`;

/** Whether folders `f` are those that a recorder searches first for the test. */
export const IS_OWN_PLACE = sql`(f.test is not null
  and ${isIn(sql`(case when f.test = '' then 'recordings' else f.test || '/recordings' end)`)})`;

export const IS_COMMON_PLACE = isIn(sql`'common/recordings'`);

/** Whether an entry lies in `common/recordings` of a folder that contains its test. */
const IS_COMMON_OF_TEST = sql`(${IS_COMMON_PLACE} and (f.folder = 'common/recordings' or exists (
  select 1 from generate_series(1, coalesce(array_length(string_to_array(f.test, '/'), 1), 0)) i
  where ${isIn(sql`(array_to_string((string_to_array(f.test, '/'))[1:i], '/') || '/common/recordings')`)})))`;

/** Whether an entry lies in `recordings` of a folder that contains its test's. */
const IS_ABOVE = sql`(f.test <> '' and (f.folder = 'recordings' or exists (
  select 1 from generate_series(1, array_length(string_to_array(f.test, '/'), 1) - 1) i
  where ${isIn(sql`(array_to_string((string_to_array(f.test, '/'))[1:i], '/') || '/recordings')`)})))`;

const anyOf = (values: readonly string[]) => sql`any(${sql.param([...values])}::text[])`;

/** Whether the recorder searches the folder of an entry. */
function isSearched({ folders, testFolders, baseFolders, isLayoutKnown }: Recorder): SQL {
  const elsewhere = isLayoutKnown ? sql`` : sql`or ${IS_ABOVE}`;
  const mayBeBase =
    folders.length === 0
      ? sql`((${IS_PLAIN} or f.folder = ${anyOf(baseFolders)})
          and not coalesce(f.folder = ${anyOf(testFolders)}, false))`
      : sql`false`;
  return sql`(f.folder = ${anyOf(folders)} or case when e.test_id is null then ${IS_COMMON_PLACE} or ${mayBeBase}
    else f.test is null or ${IS_OWN_PLACE} or ${IS_COMMON_OF_TEST} ${elsewhere} end)`;
}

/** The values of recordings that no recorder will find. */
export const UNPLAYABLE = ['OUTDATED', 'MISNAMED', 'MISPLACED'] as const satisfies readonly Playable[];

/** The condition that an entry `e` has one of the values of `Playable` for a recorder. */
export function playableCondition(wanted: readonly Playable[], recorder: Recorder): SQL {
  return sql`${playableValue(recorder)} = ${anyOf(wanted)}`;
}

/** `Playable` of an entry `e` for a recorder. */
export function playableValue(recorder: Recorder): SQL {
  const lacksTestId = sql`(e.test_id is null and coalesce(length(e.hash) = ${HASH_BYTES}, false))`;
  const isOutdated = recorder.version === null ? sql`false` : sql`v.named < ${1 << (recorder.version - 1)}`;
  return sql`(select case
    when coalesce(e.hash_status, 'UNKNOWN') = 'UNKNOWN' then 'UNKNOWN'
    when v.hashed is null then
      case when e.hash_status = 'VERIFIED' then 'YES' when ${lacksTestId} then 'UNKNOWN' else 'MISNAMED' end
    when v.hashed = 0 then case when ${lacksTestId} then 'UNKNOWN' else 'MISNAMED' end
    when v.named = 0 then 'MISNAMED'
    when ${isOutdated} then 'OUTDATED'
    when (select ${isSearched(recorder)} from ${FOLDERS} f) then 'YES'
    else 'MISPLACED' end from ${VERSIONS} v)`;
}
