import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesByCall, entriesOfRef } from '../../store/snapshots/layered-set.js';
import { type Instability, UNSTABLE_FROM } from './flaky.js';
import { RECENT } from './flaky-store.js';

/** A path whose response changed in recent pull requests although its request did not. */
export interface UnstableRecording extends Instability {
  path: string;
  testId: string | null;
  model: string | null;
}

/** Outcome and text of the response of an entry `e`, as `answer`; no row for a purged content. */
const responseOf = (e: SQL) => sql`
  (select coalesce(a.outcome, '') || ' ' || coalesce(a.response_text, '') as answer
   from readings a join contents c on c.repository_id = a.repository_id and c.digest = a.digest and c.purged_at is null
   where a.repository_id = ${e}.repository_id and a.digest = ${e}.digest offset 0)`;

/**
 * The recordings that the reports of recent pull requests mark as unstable, those that changed most often first.
 * `withinPullRequest` counts the pushes of all these pull requests. Responses are compared as in
 * `fetchInstability`, and only at paths that were pushed often enough.
 */
export function fetchUnstable(
  db: Database,
  repositoryId: number,
  limit: number,
): Promise<UnstableRecording[]> {
  const pushed = entriesOfRef(repositoryId, { refId: sql`r.id`, version: 0 });
  return rows(
    db,
    sql`with recent as (
          select r.id, r.base_ref_id, r.base_version from refs r
          where r.repository_id = ${repositoryId} and r.kind = 'PULL_REQUEST' and r.version > 0
          order by r.id desc limit ${RECENT}
        ), own as materialized (
          select e.repository_id, e.ref_id, e.path, e.test_id, e.model, e.since, e.digest, r.base_ref_id, r.base_version
          from recent r cross join lateral (select * from ${pushed} e
            where e.digest is not null and e.hash_status = 'VERIFIED' offset 0) e
        ), candidates as (
          select g.path from (select path, count(*) as pushes from own group by path, ref_id) g
          group by g.path having max(g.pushes) > 1 or count(*) >= ${UNSTABLE_FROM}
        ), answered as materialized (
          select o.*, a.answer from own o join candidates using (path) cross join lateral ${responseOf(sql`o`)} a
        ), within as (
          select p.path, count(*)::int as changes from (select path, answer,
            lag(answer) over (partition by ref_id, path order by since) as previous from answered) p
          where p.answer <> p.previous group by p.path
        ), across as (
          select o.path, count(distinct o.ref_id)::int as changes from answered o
          cross join lateral (select a.answer from ${entriesByCall(sql`o.base_ref_id`)} e
            cross join lateral ${responseOf(sql`e`)} a
            where e.repository_id = o.repository_id and e.path = o.path and e.hash_status = 'VERIFIED'
              and e.since <= o.base_version and e.until > o.base_version offset 0) b
          where o.answer <> b.answer group by o.path
        ), named as (
          select distinct on (path) path, test_id, model from answered order by path, ref_id desc, since desc
        )
        select n.path, n.test_id as "testId", n.model, coalesce(w.changes, 0) as "withinPullRequest",
          coalesce(x.changes, 0) as "pullRequests", (select count(*)::int from recent) as "ofPullRequests"
        from named n left join within w on w.path = n.path left join across x on x.path = n.path
        where w.changes > 0 or x.changes >= ${UNSTABLE_FROM}
        order by coalesce(w.changes, 0) + coalesce(x.changes, 0) desc, n.path limit ${limit}`,
  );
}
