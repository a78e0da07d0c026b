import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesByCall } from '../../store/snapshots/layered-set.js';
import type { Layer } from '../../store/snapshots/snapshot-key.js';
import type { Instability } from './flaky.js';

/** Number of recent pull requests that count. */
export const RECENT = 50;

/**
 * Counts how often the responses at some paths changed, in one pull request and in recent ones,
 * while the request was verified to be the same. Compares outcome and text only, so cosmetic
 * changes and changed tool calls do not count.
 */
export async function fetchInstability(
  db: Database,
  repositoryId: number,
  head: Layer,
  paths: string[],
): Promise<Map<string, Instability>> {
  if (paths.length === 0) return new Map();
  const requestedPaths = sql`${sql.param(paths)}::text[]`;
  const answers = sql`
    cross join lateral (select a.outcome, a.response_text from readings a join contents c
      on c.repository_id = a.repository_id and c.digest = a.digest and c.purged_at is null
      where a.repository_id = e.repository_id and a.digest = e.digest offset 0) a
    where e.repository_id = ${repositoryId} and e.path = any(${requestedPaths})`;
  const reassembleResponse = sql`coalesce(a.outcome, '') || ' ' || coalesce(a.response_text, '')`;
  const found = await rows<Instability & { path: string }>(
    db,
    sql`with recent as (
          select r.id, r.base_ref_id, r.base_version from refs r
          where r.repository_id = ${repositoryId} and r.kind = 'PULL_REQUEST' and r.version > 0 and r.id <= ${head.refId}
          order by r.id desc limit ${RECENT}
        ), pushes as (
          select e.path, ${reassembleResponse} as answer,
            lag(${reassembleResponse}) over (partition by e.path order by e.since) as previous
          from ${entriesByCall(head.refId)} e ${answers} and e.since <= ${head.version} and e.hash_status = 'VERIFIED'
        ), within as (
          select path, count(*)::int as changes from pushes where answer <> previous group by path
        ), own as (
          select e.path, e.ref_id, ${reassembleResponse} as answer
          from recent r cross join lateral ${entriesByCall(sql`r.id`)} e ${answers} and e.hash_status = 'VERIFIED'
        ), below as (
          select e.path, r.id as ref_id, ${reassembleResponse} as answer
          from recent r cross join lateral
            ${entriesByCall(sql`r.base_ref_id`)} e ${answers} and e.since <= r.base_version and e.until > r.base_version
        ), across as (
          select o.path, count(distinct o.ref_id)::int as changes from own o
          join below b on b.path = o.path and b.ref_id = o.ref_id where o.answer <> b.answer group by o.path
        )
        select p.path, coalesce(w.changes, 0) as "withinPullRequest", coalesce(x.changes, 0) as "pullRequests",
          (select count(*)::int from recent) as "ofPullRequests"
        from unnest(${requestedPaths}) as p (path) left join within w on w.path = p.path left join across x on x.path = p.path
        where w.changes > 0 or x.changes > 0`,
  );
  return new Map(found.map(({ path, ...instability }) => [path, instability]));
}
