import { refusedPattern } from '@fixture-registry/protocol';
import { type SQL, sql } from 'drizzle-orm';
import { ANY_RECORDER, type Recorder } from '../../recordings/playable/recorder.js';
import { testNamesOf } from '../../recordings/reading/test-id-in-file-name.js';
import type { HashStatus, Outcome, Playable } from '../../vocabulary/recording.js';
import { callCondition, hasCall, hasCassettes, hasMatchingCall } from './exchange-condition.js';
import { hashCondition } from './hash-condition.js';
import { lastUseOf, storedUseOf } from './last-use.js';
import { type AccessPath, entriesOf } from './layered-set.js';
import { playableCondition, UNPLAYABLE } from './playable-condition.js';
import { likePattern, pathExpression, widerLike } from './selection.js';
import type { SnapshotKey } from './snapshot-key.js';

/**
 * A filter for recordings: all given fields must match. A cassette matches `model`, `endpoint` and `outcome`
 * when one of its calls has all of them.
 */
export interface RecordingFilter {
  testId?: string | null | undefined;
  testIdPrefix?: string | null | undefined;
  model?: string | null | undefined;
  hash?: string | null | undefined;
  endpoint?: string | null | undefined;
  /** A path, or a pattern with `*`. */
  path?: string | null | undefined;
  /** A part of the path, the test id, or the model or response text of a call; case-insensitive. */
  search?: string | null | undefined;
  hashStatus?: HashStatus | null | undefined;
  playable?: Playable | null | undefined;
  /** Whether the recorder finds it; neither matches what is `UNKNOWN`. */
  isPlayable?: boolean | null | undefined;
  outcome?: Outcome | null | undefined;
  format?: string | null | undefined;
  /** The content was stored before this time. */
  recordedBefore?: Date | null | undefined;
  /** No run of the default branch has read it since this time. */
  unusedSince?: Date | null | undefined;
  /** A run of the default branch has pulled it, and none has read it since this time. */
  pulledAndUnusedSince?: Date | null | undefined;
  /** The recorder that `playable` and `isPlayable` are about. */
  recorder?: Recorder | undefined;
}

/** The maximum length of a filter's texts; a search reads every text, so its limit is lower. */
const LONGEST_FILTER = 4_096;
const LONGEST_SEARCH = 200;

/** Why a filter is invalid; null when it is valid. */
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

/** A query for the entries of a snapshot that match a filter; see `filteredParts`. */
export const filteredEntries = (...args: Parameters<typeof filteredParts>): SQL =>
  sql.join(filteredParts(...args), sql` union all `);

/**
 * One or two queries, without common rows, for the entries of a snapshot that match a filter. A filter by model
 * has two, so that the first one uses the index of models, and the second one that of calls.
 * @param otherwise how to find entries, unless the filter has few
 * @param columns the selected columns of the entry `e`
 */
export function filteredParts(
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  otherwise: AccessPath,
  columns: SQL,
  where: SQL = sql`true`,
): SQL[] {
  const { repositoryId } = snapshot;
  const { model } = filter;
  const path = accessPathFor(filter, otherwise);
  const others = sql`${where} and ${fileCondition(filter, repositoryId)}`;
  const matching = hasMatchingCall(filter, repositoryId, OUTCOME) ?? sql`true`;
  const ofCalls = callCondition(filter);
  if (model == null || ofCalls === null || path === 'few')
    return [entriesOf(snapshot, path, columns, sql`${others} and ${matching}`)];
  const isWhole = filter.endpoint == null && filter.outcome == null;
  const whole = isWhole ? sql`e.model = ${model}` : sql`e.model = ${model} and ${matching}`;
  const digests = sql`select distinct x.digest from exchanges x where x.repository_id = ${repositoryId} and ${ofCalls}`;
  return [
    entriesOf(snapshot, path, columns, sql`${others} and ${whole}`),
    entriesOf(snapshot, { digests }, columns, sql`${others} and e.model is null`),
  ];
}

const OUTCOME = ofReading(sql`r.outcome`);

/** What a filter says of the file as a whole, as a condition on entries `e`. */
function fileCondition(filter: RecordingFilter, repositoryId: number): SQL {
  const conditions: SQL[] = [];
  if (filter.testId != null) conditions.push(anyOf(filter.testId, (testId) => sql`e.test_id = ${testId}`));
  if (filter.testIdPrefix != null)
    conditions.push(anyOf(filter.testIdPrefix, (prefix) => startsWith(sql`e.test_id`, prefix)));
  if (filter.hash != null) conditions.push(hashCondition([filter.hash]));
  if (filter.path != null) {
    conditions.push(
      filter.path.includes('*')
        ? sql`(e.path like ${widerLike(filter.path)} and e.path ~ ${`^${pathExpression(filter.path)}$`})`
        : sql`e.path = ${filter.path}`,
    );
  }
  if (filter.search != null) {
    const pattern = `%${likePattern(filter.search.replaceAll('*', ' ')).trim()}%`;
    const inCall = hasCall(sql`(x.model ilike ${pattern} or x.response_text ilike ${pattern})`);
    conditions.push(sql`(e.path ilike ${pattern} or e.test_id ilike ${pattern} or e.model ilike ${pattern}
      or exists (select 1 from readings s where s.repository_id = e.repository_id and s.digest = e.digest
        and s.response_text ilike ${pattern})
      or ${hasCassettes(repositoryId)} and ${inCall})`);
  }
  if (filter.hashStatus != null)
    conditions.push(sql`coalesce(e.hash_status, 'UNKNOWN') = ${filter.hashStatus}`);
  if (filter.playable != null)
    conditions.push(playableCondition([filter.playable], filter.recorder ?? ANY_RECORDER));
  if (filter.isPlayable != null) {
    const wanted = filter.isPlayable ? (['YES'] as const) : UNPLAYABLE;
    conditions.push(playableCondition(wanted, filter.recorder ?? ANY_RECORDER));
  }
  if (filter.format != null)
    // A content without a reading counts as `opaque`, as in a list of recordings.
    conditions.push(sql`coalesce(${ofReading(sql`r.format`)}, 'opaque') = ${filter.format}`);
  if (filter.recordedBefore != null) {
    conditions.push(sql`(select c.created_at from contents c where c.repository_id = e.repository_id
      and c.digest = e.digest offset 0) < ${filter.recordedBefore.toISOString()}::timestamptz`);
  }
  if (filter.unusedSince != null)
    conditions.push(sql`${lastUseOf(sql`e`)} < ${filter.unusedSince.toISOString()}::timestamptz`);
  if (filter.pulledAndUnusedSince != null)
    conditions.push(sql`${storedUseOf(sql`e`)} < ${filter.pulledAndUnusedSince.toISOString()}::timestamptz`);
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

/**
 * A filter by test, hash or path has few calls, so it starts from them; any other filter uses the given
 * access path.
 */
function accessPathFor({ testId, hash, path }: RecordingFilter, otherwise: AccessPath): AccessPath {
  return testId != null || hash != null || (path != null && !path.includes('*')) ? 'few' : otherwise;
}

/**
 * A column of the reading `r` of an entry `e`. A subquery for one value stays a look-up by key: the planner
 * turns `exists` into a join, and reads all contents.
 */
function ofReading(column: SQL): SQL {
  return sql`(select ${column} from readings r where r.repository_id = e.repository_id and r.digest = e.digest
    offset 0)`;
}

/** A condition on a test id or on those that a cassette may have instead (see `testNamesOf`). */
function anyOf(testId: string, condition: (testId: string) => SQL): SQL {
  const conditions = testNamesOf(testId).map(condition);
  return conditions.length > 1 ? sql`(${sql.join(conditions, sql` or `)})` : sql.join(conditions);
}

/** A range condition, which uses an index even where the planner does not recognize a prefix pattern. */
function startsWith(column: SQL, prefix: string): SQL {
  if (prefix === '') return sql`${column} is not null`;
  // The upper bound sorts after every text with the prefix, in the column's code point order.
  return sql`(${column} >= ${prefix} and ${column} < ${`${prefix}\u{10FFFF}`})`;
}
