import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { BlockStore } from '../blocks/block-store.js';
import { packAnew, type Repacked } from '../blocks/repack-blocks.js';

/**
 * Removes the bytes of a content: the block in which they stood is packed anew without them. Its row stays. Postgres keeps what was
 * removed in its files until they are rewritten (`VACUUM FULL`), in its log, and in backups. The caller holds the repository's
 * blocks (`holdBlocks`) from before it took the content, and removes the old blocks' bytes from the store once its
 * transaction is through.
 * @returns how many bytes, as stored, that frees, and the blocks that are gone
 */
export async function dropBytes(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  digest: string,
): Promise<Repacked> {
  const content = sql`repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`;
  const [held] = await rows<{ id: string | null; size: number }>(
    tx,
    sql`select block_id::text as id, size from contents where ${content}`,
  );
  if (!held?.id) return { freed: 0, removed: [] };
  await tx.execute(sql`update contents set block_id = null, start = 0 where ${content}`);
  const dropped: Repacked = { freed: 0, removed: [] };
  const gapped = await blocksWithGap(tx, repositoryId, held.size);
  for (const id of new Set([held.id, ...gapped])) {
    const { freed, removed } = await packAnew(tx, store, repositoryId, id);
    dropped.freed += freed;
    dropped.removed.push(...removed);
  }
  return dropped;
}

/** Blocks with room for a content among what belongs to nobody: one that was collected and came again may still lie there. */
async function blocksWithGap(tx: Database, repositoryId: number, size: number): Promise<string[]> {
  const found = await rows<{ id: string }>(
    tx,
    sql`select b.id::text as id from blocks b
        left join contents c on c.repository_id = b.repository_id and c.block_id = b.id
        where b.repository_id = ${repositoryId} group by b.repository_id, b.id
        having b.raw_size - coalesce(sum(c.size), 0) >= greatest(${size}::int, 1)`,
  );
  return found.map(({ id }) => id);
}
