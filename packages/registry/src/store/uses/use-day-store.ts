import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** The UTC day of a moment. A path is written at most once in it, so uses and runs are compared by days. */
export const dayOf = (moment: SQL) => sql`date_trunc('day', ${moment}, 'UTC')`;

/** The id of the ref of a repository's default branch, as a query of one value. */
export const defaultRef = (repositoryId: SQLWrapper) => sql`(select f.id from repositories h join refs f
  on f.repository_id = h.id and f.kind = 'BRANCH' and f.name = h.default_branch where h.id = ${repositoryId}::bigint)`;

/**
 * A query for the number of counting runs since each use: `last_used_at`, `first_pulled_at`, `runs`. A run of the
 * day of the last use is no run since: it may have read the path as well.
 * @param uses a relation with the first two columns
 */
export const runsSince = (repositoryId: number, uses: SQL) => sql`
  select d.last_used_at, d.first_pulled_at, (select count(*)::int from use_runs r
      where r.repository_id = ${repositoryId} and r.ref_id = ${defaultRef(sql`${repositoryId}`)} and r.counts
        and r.started_at >= case when d.last_used_at = 'epoch' then ${dayOf(sql`d.first_pulled_at`)}
          else ${dayOf(sql`d.last_used_at`)} + interval '1 day' end) as runs
  from (select distinct last_used_at, first_pulled_at from ${uses}) d`;
