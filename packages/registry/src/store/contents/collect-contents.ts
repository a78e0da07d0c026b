import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';

/** How long a content may wait for the push that refers to it. */
const GRACE_HOURS = 24;
const BATCH = 500;

/** Whether no entry refers to a content `c`, and no push can be under way that will. What is left of a purged one stays. */
export const UNREFERENCED = sql`(c.created_at < now() - make_interval(hours => ${GRACE_HOURS}) and c.purged_at is null
  and not exists (select 1 from entries e where e.repository_id = c.repository_id and e.digest = c.digest))`;

/**
 * Removes contents that no entry refers to, such as those of a push that never ended. Younger ones than a day stay:
 * their push may still be under way. Their bytes stay in their blocks until those are tidied (`tidyBlocks`).
 * @returns how many there were, and their bytes, unpacked
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
      // First lock, then look again at just what is locked: a push may have referred to it in between, and no other
      // can any more.
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
