import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../snapshots/layered-set.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import type { CountingRuns } from './unused-rule.js';
import { dayOf, defaultRef } from './use-day-store.js';

/**
 * The counting runs of the default branch, and how many of them started since a moment or on the UTC day of the
 * newest one, whatever is earlier.
 */
export async function countingRuns(
  db: Database,
  repositoryId: number,
  from: Date,
): Promise<CountingRuns & { within: number }> {
  const [found] = await rows<{ oldest: number | null; newest: number | null; within: number }>(
    db,
    sql`select floor(extract(epoch from min(r.started_at)) * 1000)::float8 as oldest,
          floor(extract(epoch from max(r.newest)) * 1000)::float8 as newest,
          count(*) filter (where r.started_at >=
            least(${from.toISOString()}::timestamptz, ${dayOf(sql`r.newest`)}))::int as within
        from (select started_at, max(started_at) over () as newest from use_runs
          where repository_id = ${repositoryId} and ref_id = ${defaultRef(sql`${repositoryId}`)} and counts) r`,
  );
  const dateOf = (time: number | null | undefined) => (time == null ? null : new Date(time));
  return { oldest: dateOf(found?.oldest), newest: dateOf(found?.newest), within: found?.within ?? 0 };
}

/** A recording of the default branch that no run has read since a moment. */
export interface UnusedRow {
  path: string;
  /** With the path, its entry. */
  refId: number;
  since: number;
  /** Its position in the list, for cursors. */
  key: string;
  /** In milliseconds since 1970. */
  firstPulledAt: number;
}

/** A page of the list. `after` and `before` are keys of rows. */
export interface UnusedPage {
  after: string | null;
  before: string | null;
  limit: number;
  fromEnd: boolean;
}

/**
 * A page of the recordings of a state that no run has read since a moment, least recently used first; equal ones
 * by path. Reads the page from the index `recording_uses_last`. Null when a key belongs to another list.
 */
export async function unusedPage(
  db: Database,
  head: SnapshotKey,
  before: Date,
  page: UnusedPage,
): Promise<UnusedRow[] | null> {
  const [low, high] = [parseKey(page.after), parseKey(page.before)];
  if (low === undefined || high === undefined) return null;
  const conditions = [sql`true`];
  const position = sql`(u.last_used_at, u.path)`;
  if (low !== null) conditions.push(sql`${position} > (${low.at}::timestamptz, ${low.path})`);
  if (high !== null) conditions.push(sql`${position} < (${high.at}::timestamptz, ${high.path})`);
  const direction = page.fromEnd ? sql`desc` : sql`asc`;
  return rows(
    db,
    sql`select u.path, e.ref_id as "refId", e.since,
          to_char(u.last_used_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ':' || u.path as key,
          floor(extract(epoch from u.first_pulled_at) * 1000)::float8 as "firstPulledAt"
        from ${unusedEntries(head, before)} and ${sql.join(conditions, sql` and `)}
        order by u.last_used_at ${direction}, u.path ${direction} limit ${page.limit}`,
  );
}

/** The length of the list. @param limit stops counting there; null counts all of it */
export async function countUnused(
  db: Database,
  head: SnapshotKey,
  before: Date,
  limit: number | null = null,
): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from (select 1 from ${unusedEntries(head, before)} limit ${limit}::int) u`,
  );
  return found?.count ?? 0;
}

/** The rows `u` of `recording_uses` with their entries `e` in a state. A path that was removed has no entry. */
function unusedEntries(head: SnapshotKey, before: Date): SQL {
  const entry = entriesOf(head, 'few', sql`e.ref_id, e.since`, sql`e.path = u.path`);
  return sql`recording_uses u cross join lateral (select * from (${entry}) a offset 0) e
    where u.repository_id = ${head.repositoryId} and u.last_used_at < ${before.toISOString()}::timestamptz`;
}

/** Null without a key; undefined for one of another list. */
function parseKey(key: string | null): { at: string; path: string } | null | undefined {
  if (key === null) return null;
  const [, at, path] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z):(.+)$/s.exec(key) ?? [];
  if (at === undefined || path === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { at, path };
}
