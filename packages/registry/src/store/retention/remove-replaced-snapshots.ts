import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { daysAgo, newestCommit, replacedBefore } from './kept-condition.js';
import { type AloneOn, aloneOn } from './lock-repository.js';

/** Versions of one transaction, which pushes wait for. */
const AT_ONCE = 1_000;

interface Version {
  refId: number;
  version: number;
}

/** The versions of branches that were replaced at least some days ago and that nothing needs. */
export function replacedSnapshots(
  db: Database,
  repositoryId: number,
  days: number,
  limit = AT_ONCE,
): Promise<Version[]> {
  return rows(
    db,
    sql`select s.ref_id::int as "refId", s.version from snapshots s
        join refs r on r.repository_id = s.repository_id and r.id = s.ref_id
        where s.repository_id = ${repositoryId} and ${replacedBefore(days)} limit ${limit}`,
  );
}

/**
 * Removes some of the replaced versions of branches, with the commits that name them and the settings that no
 * remaining version needs. Their entries follow later.
 * @returns the number of removed versions; null when the repository is busy
 */
export async function removeReplacedSnapshots(
  alone: AloneOn,
  repositoryId: number,
  days: number,
): Promise<number | null> {
  const found = await replacedSnapshots(alone.db, repositoryId, days);
  if (found.length === 0) return 0;
  return aloneOn(alone, repositoryId, async (tx) => {
    const removed = await rows<Version>(
      tx,
      sql`delete from snapshots d using ${versions(found)}, refs r, snapshots s
          where r.repository_id = ${repositoryId} and r.id = v.ref_id
          and s.repository_id = ${repositoryId} and s.ref_id = v.ref_id and s.version = v.version
          and d.repository_id = ${repositoryId} and d.ref_id = v.ref_id and d.version = v.version
          and ${replacedBefore(days)} returning d.ref_id::int as "refId", d.version`,
    );
    await tx.execute(sql`
      insert into removed_versions (repository_id, ref_id, version)
      select ${repositoryId}, v.ref_id, v.version from ${versions(removed)}`);
    await tx.execute(sql`delete from commits c using ${versions(removed)}
      where c.repository_id = ${repositoryId} and c.ref_id = v.ref_id and c.version = v.version`);
    await tx.execute(sql`delete from settings t using (select distinct v.ref_id from ${versions(removed)}) r
      where t.repository_id = ${repositoryId} and t.ref_id = r.ref_id and exists (
        select 1 from (select min(n.since) as since from settings n
          where n.repository_id = t.repository_id and n.ref_id = t.ref_id and n.since > t.since) n
        where n.since is not null and not exists (select 1 from snapshots s where s.repository_id = t.repository_id
          and s.ref_id = t.ref_id and s.version >= t.since and s.version < n.since))`);
    return removed.length;
  });
}

const versions = (list: Version[]): SQL => sql`unnest(${sql.param(list.map(({ refId }) => refId))}::bigint[],
  ${sql.param(list.map(({ version }) => version))}::int[]) as v (ref_id, version)`;

/** Commits of one statement. */
const COMMITS_AT_ONCE = 5_000;

/**
 * Removes commits of branches that were recorded at least some days ago, in the order of their keys, except those
 * of the newest version and the newest commit: the versions that they name may be kept for another reason.
 * @returns the number of removed commits, and where to continue; null at the end
 */
export async function removeOldCommits(
  db: Database,
  repositoryId: number,
  days: number,
  after: string,
): Promise<{ count: number; next: string | null }> {
  const looked = await rows<{ commit: string }>(
    db,
    sql`select c.commit from commits c where c.repository_id = ${repositoryId} and c.commit > ${after}
        order by c.commit limit ${COMMITS_AT_ONCE}`,
  );
  const last = looked.at(-1)?.commit;
  if (last === undefined) return { count: 0, next: null };
  const removed = await rows(
    db,
    sql`delete from commits c using refs r where r.repository_id = c.repository_id and r.id = c.ref_id
        and r.kind = 'BRANCH' and c.repository_id = ${repositoryId} and c.commit > ${after} and c.commit <= ${last}
        and c.noted_at < ${daysAgo(days)} and c.version < r.version
        and c.version is distinct from ${newestCommit(sql`r.repository_id`, sql`r.id`)} returning c.version`,
  );
  return { count: removed.length, next: looked.length < COMMITS_AT_ONCE ? null : last };
}
