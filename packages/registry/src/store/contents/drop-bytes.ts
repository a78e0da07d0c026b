import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { BlockStore } from '../blocks/block-store.js';
import { type Repacked, repackBlock } from '../blocks/repack-blocks.js';

/**
 * Removes the bytes of a content by repacking its block without them. The row stays. Postgres keeps removed
 * bytes in its files until they are rewritten (`VACUUM FULL`), in its log and in backups. The caller must
 * hold `lockRepositoryBlocks` from before it locked the content, and remove the old blocks' bytes from the
 * store after its transaction.
 * @returns the freed bytes, as stored, and the removed blocks
 */
export async function dropBytes(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  digest: string,
): Promise<Repacked> {
  const isContent = sql`repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`;
  const [content] = await rows<{ id: string | null; size: number }>(
    tx,
    sql`select block_id::text as id, size from contents where ${isContent}`,
  );
  if (!content?.id) return { freed: 0, removed: [] };
  await tx.execute(sql`update contents set block_id = null, start = 0 where ${isContent}`);
  const dropped: Repacked = { freed: 0, removed: [] };
  const gapped = await blocksWithGap(tx, repositoryId, content.size);
  for (const id of new Set([content.id, ...gapped])) {
    const { freed, removed } = await repackBlock(tx, store, repositoryId, id);
    dropped.freed += freed;
    dropped.removed.push(...removed);
  }
  return dropped;
}

/**
 * Blocks with enough unreferenced bytes for the content: an earlier, collected copy of it may remain there.
 */
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
