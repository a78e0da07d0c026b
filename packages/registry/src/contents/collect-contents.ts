import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';

/** How long a content may wait for the push that refers to it. */
const GRACE_HOURS = 24;
const BATCH = 500;

/**
 * Removes contents that no entry refers to, such as those of a push that never ended. Younger ones than a day stay:
 * their push may still be under way.
 * @returns how many there were, and their bytes as stored
 */
export async function collectContents(
  db: Database,
  options: { dryRun: boolean },
): Promise<{ count: number; bytes: number }> {
  const unreferenced = sql`c.created_at < now() - make_interval(hours => ${GRACE_HOURS}) and not exists
    (select 1 from entries e where e.repository_id = c.repository_id and e.digest = c.digest)`;
  const total = { count: 0, bytes: 0 };
  if (options.dryRun) {
    const [found] = await rows<{ count: number; bytes: number }>(
      db,
      sql`select count(*)::int as count, coalesce(sum(c.packed_size), 0)::float8 as bytes from contents c
          where ${unreferenced}`,
    );
    return found ?? total;
  }
  for (;;) {
    const removed = await db.transaction(async (tx) => {
      // First lock, then look again: a push that began in between holds a lock on the content it refers to.
      await tx.execute(sql`select 1 from contents c where ${unreferenced} order by c.repository_id, c.digest
        limit ${BATCH} for update skip locked`);
      return rows<{ packedSize: number }>(
        tx,
        sql`delete from contents where (repository_id, digest) in
              (select c.repository_id, c.digest from contents c where ${unreferenced}
               order by c.repository_id, c.digest limit ${BATCH} for update skip locked)
            returning packed_size as "packedSize"`,
      );
    });
    total.count += removed.length;
    total.bytes += removed.reduce((sum, row) => sum + row.packedSize, 0);
    if (removed.length < BATCH) return total;
  }
}
