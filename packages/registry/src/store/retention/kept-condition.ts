import { type SQL, sql } from 'drizzle-orm';

// What retention keeps. Both conditions are decided again under the lock of the repository, so that a push
// that began before the lock is seen, and none that begins later can refer to what they select.

/** The moment `days` ago, by the clock of the database. */
export const daysAgo = (days: number): SQL => sql`(now() - make_interval(days => ${days}))`;

/**
 * The kind of a ref that retention removed, until its entries are removed too. It has another name and no
 * versions, so that the pull request can be pushed again as a new ref meanwhile.
 */
export const REMOVED = 'REMOVED';

/**
 * Whether a ref `r`, which is no branch, ended at least some days ago, and no other ref or snapshot lies over it. A
 * pull request ends when it is merged or closed; pushed to after the closing, it is open again. Its re-runs end
 * with it, and a watch run ends with its last push.
 */
export function endedBefore(days: number): SQL {
  const cutoff = daysAgo(days);
  // A push that changes nothing has a commit, and no snapshot.
  const lastPush = (ref: SQL) => sql`coalesce(greatest((select max(s.created_at) from snapshots s
      where s.repository_id = ${ref}.repository_id and s.ref_id = ${ref}.id), (select max(c.noted_at) from commits c
      where c.repository_id = ${ref}.repository_id and c.ref_id = ${ref}.id)), ${ref}.created_at)`;
  const promoted = (ref: SQL) => sql`(select max(p.promoted_at) from promotions p
    where p.repository_id = ${ref}.repository_id and p.ref_id = ${ref}.id)`;
  const ended = (ref: SQL) => sql`case
    when ${promoted(ref)} is not null then greatest(${promoted(ref)}, ${ref}.closed_at) < ${cutoff}
    else ${ref}.closed_at < ${cutoff} and ${lastPush(ref)} <= ${ref}.closed_at end`;
  return sql`(r.kind in ('PULL_REQUEST', 'RERUN', 'WATCH')
    and case r.kind
      when 'PULL_REQUEST' then ${ended(sql`r`)}
      when 'RERUN' then not exists (select 1 from refs q where q.repository_id = r.repository_id
        and q.kind = 'PULL_REQUEST' and q.name = r.name and (${ended(sql`q`)}) is not true)
      else true end
    and ${lastPush(sql`r`)} < ${cutoff}
    and not exists (select 1 from snapshots o
      where o.repository_id = r.repository_id and o.base_ref_id = r.id and o.ref_id <> r.id)
    and not exists (select 1 from refs o where o.repository_id = r.repository_id and o.base_ref_id = r.id))`;
}

/**
 * Whether a version `s` of a branch `r` was replaced at least some days ago, and nothing that is kept needs it: no
 * younger commit, not the newest commit of the branch, no snapshot or ref over it, no promotion of a pull request
 * that is kept. The version before the head stays, because the report of the branch compares both.
 */
export function replacedBefore(days: number): SQL {
  const cutoff = daysAgo(days);
  const isBase = sql`o.repository_id = s.repository_id and o.base_ref_id = s.ref_id and o.base_version = s.version`;
  return sql`(r.kind = 'BRANCH' and s.created_at < ${cutoff}
    and exists (select 1 from (select n.version, n.created_at from snapshots n
        where n.repository_id = s.repository_id and n.ref_id = s.ref_id and n.version > s.version
        order by n.version limit 1) n
      where n.created_at < ${cutoff} and n.version < r.version)
    and not exists (select 1 from commits c where c.repository_id = s.repository_id and c.ref_id = s.ref_id
      and c.version = s.version and c.noted_at >= ${cutoff})
    and s.version is distinct from ${newestCommit(sql`s.repository_id`, sql`s.ref_id`)}
    and not exists (select 1 from snapshots o where ${isBase})
    and not exists (select 1 from refs o where ${isBase})
    and not exists (select 1 from promotions p where p.repository_id = s.repository_id
      and p.branch_ref_id = s.ref_id and p.promoted_as in (s.version, s.version + 1)))`;
}

/** The version of the newest commit of a ref. */
export const newestCommit = (repositoryId: SQL, refId: SQL): SQL => sql`(select c.version from commits c
  where c.repository_id = ${repositoryId} and c.ref_id = ${refId} order by c.version desc limit 1)`;
