import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';

/** How long a content may wait for the push that refers to it. */
const GRACE_HOURS = 24;
const BATCH = 500;

/**
 * Removes contents that no entry refers to, such as those of a push that never ended. Younger ones than a day stay:
 * their push may still be under way. What is left of a purged one stays: it keeps the same bytes from coming back.
 * @returns how many there were, and their bytes as stored
 */
export async function collectContents(
  db: Database,
  options: { dryRun: boolean },
): Promise<{ count: number; bytes: number }> {
  const unreferenced = sql`c.created_at < now() - make_interval(hours => ${GRACE_HOURS}) and c.purged_at is null
    and not exists (select 1 from entries e where e.repository_id = c.repository_id and e.digest = c.digest)`;
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
    const batch = await db.transaction(async (tx) => {
      // First lock, then look again at just what is locked: a push may have referred to it in between, and no other
      // can any more.
      const locked = await rows<{ repositoryId: number; digest: string }>(
        tx,
        sql`select c.repository_id as "repositoryId", encode(c.digest, 'hex') as digest from contents c
            where ${unreferenced} order by c.repository_id, c.digest limit ${BATCH} for update skip locked`,
      );
      const removed = await rows<{ packedSize: number }>(
        tx,
        sql`delete from contents c where (c.repository_id, c.digest) in
              (select l.repository_id, decode(l.digest, 'hex')
               from unnest(${sql.param(locked.map((row) => row.repositoryId))}::bigint[],
                 ${sql.param(locked.map((row) => row.digest))}::text[]) as l (repository_id, digest))
            and ${unreferenced} returning c.packed_size as "packedSize"`,
      );
      return { locked: locked.length, removed };
    });
    total.count += batch.removed.length;
    total.bytes += batch.removed.reduce((sum, row) => sum + row.packedSize, 0);
    if (batch.locked < BATCH) return total;
  }
}
