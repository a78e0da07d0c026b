import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** The UTC day of a moment. A path is written at most once in it, so uses and runs are compared by days. */
export const dayOf = (moment: SQL) => sql`date_trunc('day', ${moment}, 'UTC')`;

/** The id of the ref of a repository's default branch, as a query of one value. */
export const defaultRef = (repositoryId: SQLWrapper) => sql`(select f.id from repositories h join refs f
  on f.repository_id = h.id and f.kind = 'BRANCH' and f.name = h.default_branch where h.id = ${repositoryId}::bigint)`;

/**
 * The day from which a run is one since the use of a row `u` of `recording_uses`. A run of the day of the last use
 * is none: it may have read the path as well.
 */
export const DAY_SINCE = sql`case when u.last_used_at = 'epoch' then ${dayOf(sql`u.first_pulled_at`)}
  else ${dayOf(sql`u.last_used_at`)} + interval '1 day' end`;

/**
 * A query for the number of counting runs from each day: `day`, `runs`. Grouped, because many uses share a day.
 * @param days a relation with the column `day`
 */
export const runsFromDays = (repositoryId: number, days: SQL) => sql`
  select d.day, (select count(*)::int from use_runs r
      where r.repository_id = ${repositoryId} and r.ref_id = ${defaultRef(sql`${repositoryId}`)} and r.counts
        and r.started_at >= d.day) as runs
  from (select distinct day from ${days}) d`;
