import { type SQL, sql } from 'drizzle-orm';
import { MODEL_LIST_ENDPOINTS } from '../../recordings/playable/model-list-name.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import type { Playable } from '../../vocabulary/recording.js';

// The rules of `recordings/playable` in SQL, for filters and for what a whole branch says of its recorder. The
// conditions are on an entry `e` with its reading `r`; a test compares them with the rules.

/** The bytes of a whole hash and of the start of one that version 1 writes. */
const [HASH_BYTES, SHORT_BYTES] = [32, 6];

const MODEL_LISTS = sql.join(
  MODEL_LIST_ENDPOINTS.map((endpoint) => sql`${endpoint}`),
  sql`, `,
);

/** The versions that compute the hash in the file name, as a number; null while the content is to be read again. */
export function hashVersions(entry: SQL, reading: SQL): SQL {
  const versions = sql`get_byte(${reading}.hash_versions, i)`;
  const matches = (isShort: SQL) => sql`(select ${versions}
    from generate_series(0, length(${reading}.hash_versions) - 1) i
    where substring(${reading}.request_hashes from 32 * i + 1 for length(${entry}.hash)) = ${entry}.hash and ${isShort} limit 1)`;
  return sql`case
    when ${reading}.hash_versions is null then null
    when length(${entry}.hash) = ${HASH_BYTES} then coalesce(${matches(sql`true`)}, 0)
    when length(${entry}.hash) = ${SHORT_BYTES} then coalesce(${matches(sql`${versions} & 1 = 1`)}, 0) & 1
    else 0 end`;
}

/** The versions that look up a request under its file name; null while the content is to be read again. */
export const NAME_VERSIONS = sql`case
  when (e.path ~ '(^|/)models-[^/]*$') = coalesce(e.endpoint in (${MODEL_LISTS}), false)
    then ${hashVersions(sql`e`, sql`r`)}
  when e.path !~ '(^|/)models-[^/]*$' and length(e.hash) = ${SHORT_BYTES} then ${hashVersions(sql`e`, sql`r`)}
  else 0 end`;

/** The folder of an entry, without a trailing slash. */
export const FOLDER = sql`regexp_replace(e.path, '(^|/)[^/]*$', '')`;

/** The folder of the file in a test id; null when the id names no file. */
const TEST_FOLDER = sql`case when strpos(e.test_id, '::') > 1
  then substring(split_part(e.test_id, '::', 1) from '^(.*)/') end`;

const TEST_HAS_FILE = sql`coalesce(strpos(e.test_id, '::') > 1, false)`;

const endsWithFolder = (folder: SQL, place: SQL) =>
  sql`(right('/' || ${folder}, length(${place}) + 1) = '/' || ${place})`;

/** Whether an entry lies in the folder that a recorder searches first for its test. */
export const IS_OWN_PLACE = sql`(${TEST_HAS_FILE}
  and ${endsWithFolder(FOLDER, sql`(coalesce(nullif(${TEST_FOLDER}, '') || '/', '') || 'recordings')`)})`;

const IS_COMMON_PLACE = endsWithFolder(FOLDER, sql`'common/recordings'`);

/** Whether an entry lies in `common/recordings` of a folder that contains its test. */
const IS_COMMON_OF_TEST = sql`(${IS_COMMON_PLACE} and (${FOLDER} = 'common/recordings' or exists (
  select 1 from generate_series(1, coalesce(array_length(string_to_array(${TEST_FOLDER}, '/'), 1), 0)) i
  where ${endsWithFolder(FOLDER, sql`(array_to_string((string_to_array(${TEST_FOLDER}, '/'))[1:i], '/') || '/common/recordings')`)})))`;

const list = (values: readonly string[]) => sql`any(${sql.param([...values])}::text[])`;

/** Whether the recorder searches the folder of an entry. */
function isSearched({ folders, testFolders }: Recorder): SQL {
  const mayBeBase = sql`${sql.raw(String(folders.length === 0))} and not ${FOLDER} = ${list(testFolders)}`;
  return sql`(${FOLDER} = ${list(folders)} or case when e.test_id is null then ${IS_COMMON_PLACE} or (${mayBeBase})
    else not ${TEST_HAS_FILE} or ${IS_OWN_PLACE} or ${IS_COMMON_OF_TEST} end)`;
}

/** The condition that an entry `e` has one of the values of `Playable` for a recorder. */
export function playableCondition(wanted: readonly Playable[], recorder: Recorder): SQL {
  return sql`${playableValue(recorder)} = ${list(wanted)}`;
}

/** `Playable` of an entry `e` for a recorder. */
export function playableValue(recorder: Recorder): SQL {
  const lacksTestId = sql`(e.test_id is null and coalesce(length(e.hash) = ${HASH_BYTES}, false))`;
  const isOutdated =
    recorder.version === null ? sql`false` : sql`${NAME_VERSIONS} < ${1 << (recorder.version - 1)}`;
  const value = sql`case
    when coalesce(e.hash_status, 'UNKNOWN') = 'UNKNOWN' then 'UNKNOWN'
    when r.hash_versions is null then
      case when e.hash_status = 'VERIFIED' then 'YES' when ${lacksTestId} then 'UNKNOWN' else 'MISNAMED' end
    when ${NAME_VERSIONS} = 0 then
      case when ${lacksTestId} and ${hashVersions(sql`e`, sql`r`)} = 0 then 'UNKNOWN' else 'MISNAMED' end
    when ${isOutdated} then 'OUTDATED'
    when ${isSearched(recorder)} then 'YES'
    else 'MISPLACED' end`;
  return sql`(select ${value} from (select 1) one left join lateral (select * from readings s
    where s.repository_id = e.repository_id and s.digest = e.digest offset 0) r on true)`;
}
