import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';

/** How long an unreferenced content is kept for the push that will name it. */
const GRACE_HOURS = 24;
const BATCH = 500;

/**
 * Whether no entry refers to a content `c`, and no running push can. Tombstones of purged contents are kept.
 */
export const UNREFERENCED = sql`(c.created_at < now() - make_interval(hours => ${GRACE_HOURS}) and c.purged_at is null
  and not exists (select 1 from entries e where e.repository_id = c.repository_id and e.digest = c.digest))`;

/**
 * Removes contents that no entry refers to, such as those of an interrupted push, after a grace time of a
 * day. Their bytes remain in the blocks until `tidyBlocks` repacks them.
 * @returns the number of contents, and their bytes, unpacked
 */
export async function collectContents(
  db: Database,
  options: { dryRun: boolean },
): Promise<{ count: number; bytes: number }> {
  const total = { count: 0, bytes: 0 };
  if (options.dryRun) {
    const [found] = await rows<{ count: number; bytes: number }>(
      db,
      sql`select count(*)::int as count, coalesce(sum(c.size), 0)::float8 as bytes from contents c
          where ${UNREFERENCED}`,
    );
    return found ?? total;
  }
  for (;;) {
    const batch = await db.transaction(async (tx) => {
      // Lock first, then check again: a push may have referred to a content before the lock, but none can
      // after it.
      const locked = await rows<{ repositoryId: number; digest: string }>(
        tx,
        sql`select c.repository_id as "repositoryId", encode(c.digest, 'hex') as digest from contents c
            where ${UNREFERENCED} order by c.repository_id, c.digest limit ${BATCH} for update skip locked`,
      );
      const removed = await rows<{ size: number }>(
        tx,
        sql`delete from contents c where (c.repository_id, c.digest) in
              (select l.repository_id, decode(l.digest, 'hex')
               from unnest(${sql.param(locked.map((row) => row.repositoryId))}::bigint[],
                 ${sql.param(locked.map((row) => row.digest))}::text[]) as l (repository_id, digest))
            and ${UNREFERENCED} returning c.size`,
      );
      return { locked: locked.length, removed };
    });
    total.count += batch.removed.length;
    total.bytes += batch.removed.reduce((sum, row) => sum + row.size, 0);
    if (batch.locked < BATCH) return total;
  }
}
