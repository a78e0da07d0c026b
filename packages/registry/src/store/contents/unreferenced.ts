import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { digestsOf } from '../../database/statements/stored-digests.js';

/** How long an unreferenced content is kept for the push that will name it. */
const GRACE_HOURS = 24;

/**
 * Whether neither an entry nor an acceptance refers to a content `c`, and no running push can. Tombstones of purged
 * contents are kept.
 */
export const UNREFERENCED = sql`(c.created_at < now() - make_interval(hours => ${GRACE_HOURS}) and c.purged_at is null
  and not exists (select 1 from entries e where e.repository_id = c.repository_id and e.digest = c.digest)
  and not exists (select 1 from acceptances a where a.repository_id = c.repository_id and a.before = c.digest)
  and not exists (select 1 from acceptances a where a.repository_id = c.repository_id and a.after = c.digest))`;

/**
 * Removes those of some contents that nothing refers to, and adds their sizes to the removed bytes of their blocks.
 * @returns the number of removed contents, and their bytes, unpacked
 */
export async function removeUnreferenced(
  tx: Database,
  repositoryId: number,
  digests: string[],
): Promise<{ contents: number; bytes: number }> {
  if (digests.length === 0) return { contents: 0, bytes: 0 };
  // Lock first, then check again: a push may have referred to a content before the lock, but none can after it.
  const locked = await rows<{ digest: string }>(
    tx,
    sql`select encode(c.digest, 'hex') as digest from contents c
        where c.repository_id = ${repositoryId} and c.digest = ${digestsOf(digests)} and ${UNREFERENCED}
        order by c.digest for update skip locked`,
  );
  if (locked.length === 0) return { contents: 0, bytes: 0 };
  const removed = await rows<{ blockId: string | null; size: number }>(
    tx,
    sql`delete from contents c where c.repository_id = ${repositoryId}
        and c.digest = ${digestsOf(locked.map(({ digest }) => digest))} and ${UNREFERENCED}
        returning c.block_id::text as "blockId", c.size`,
  );
  const sizes = new Map<string, number>();
  for (const { blockId, size } of removed) {
    if (blockId !== null) sizes.set(blockId, (sizes.get(blockId) ?? 0) + size);
  }
  // A fixed order, as everywhere. A content without bytes also leaves a block to look at.
  const ids = [...sizes.keys()].sort();
  await tx.execute(sql`
    update blocks b set removed_size = b.removed_size + greatest(n.size, 1)
    from unnest(${sql.param(ids)}::text[], ${sql.param(ids.map((id) => sizes.get(id) ?? 0))}::int[]) as n (id, size)
    where b.repository_id = ${repositoryId} and b.id = n.id::uuid`);
  return { contents: removed.length, bytes: removed.reduce((sum, { size }) => sum + size, 0) };
}
