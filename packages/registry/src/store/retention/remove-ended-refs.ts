import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { endedBefore, REMOVED } from './kept-condition.js';
import { type AloneOn, aloneOn } from './lock-repository.js';

/** Refs of one transaction: each may have many versions. */
const AT_ONCE = 20;

interface EndedRef {
  id: number;
  kind: string;
  name: string;
}

/** The refs that ended at least some days ago, oldest first. */
export function endedRefs(
  db: Database,
  repositoryId: number,
  days: number,
  limit = AT_ONCE,
): Promise<EndedRef[]> {
  return rows(
    db,
    sql`select r.id::int as id, r.kind, r.name from refs r
        where r.repository_id = ${repositoryId} and ${endedBefore(days)} order by r.id limit ${limit}`,
  );
}

/**
 * Removes some of the refs that ended, with their snapshots, commits, verdicts, uses and acceptances. Their entries
 * follow later: until then, the ref has a kind that no query looks for.
 * @returns the number of removed refs, by kind; null when the repository is busy
 */
export async function removeEndedRefs(
  alone: AloneOn,
  repositoryId: number,
  days: number,
): Promise<{ pullRequests: number; others: number } | null> {
  const found = await endedRefs(alone.db, repositoryId, days);
  if (found.length === 0) return { pullRequests: 0, others: 0 };
  return aloneOn(alone, repositoryId, async (tx) => {
    // Locked first: who adds a row that names the ref then waits, and finds that it is gone.
    const removed = await rows<EndedRef>(
      tx,
      sql`select r.id::int as id, r.kind, r.name from refs r
          where r.repository_id = ${repositoryId} and r.id = any(${sql.param(found.map(({ id }) => id))}::bigint[])
          and ${endedBefore(days)} order by r.id for update of r`,
    );
    const ids = sql`any(${sql.param(removed.map(({ id }) => id))}::bigint[])`;
    await tx.execute(sql`
      update refs set kind = ${REMOVED}, name = id::text, version = 0, base_ref_id = null, base_version = null,
        base_name = null, promoted_version = null, promoted_ref_id = null, promoted_as = null, title = null,
        author = null, closed_at = now()
      where repository_id = ${repositoryId} and id = ${ids}`);
    for (const table of ['snapshots', 'commits', 'promotions', 'verdicts', 'use_runs', 'settings']) {
      await tx.execute(
        sql`delete from ${sql.identifier(table)} where repository_id = ${repositoryId} and ref_id = ${ids}`,
      );
    }
    const numbers = removed.filter(({ kind }) => kind === 'PULL_REQUEST').map(({ name }) => name);
    await tx.execute(sql`delete from acceptances where repository_id = ${repositoryId}
      and pull_request::text = any(${sql.param(numbers)}::text[])`);
    return { pullRequests: numbers.length, others: removed.length - numbers.length };
  });
}
