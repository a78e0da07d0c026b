import { sql } from 'drizzle-orm';
import { blocksWithin } from '../blocks/block-row-store.js';
import type { BlockStore } from '../blocks/block-store.js';
import { contentsOf, repack } from '../blocks/repack-blocks.js';
import { type Database, rows } from '../database/database.js';

/**
 * Removes the bytes of a content: the block in which they stood is packed anew without them. Its row stays. Postgres keeps what was
 * removed in its files until they are rewritten (`VACUUM FULL`), in its log, and in backups. The caller holds the repository's
 * blocks (`holdBlocks`) from before it took the content, and removes the old block's bytes from the store once its
 * transaction is through.
 * @returns how many bytes, as stored, that frees, and the blocks that are gone
 */
export async function dropBytes(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  digest: string,
): Promise<{ freed: number; removed: string[] }> {
  const content = sql`repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`;
  const [held] = await rows<{ id: string | null }>(
    tx,
    sql`select block_id::text as id from contents where ${content}`,
  );
  if (!held?.id) return { freed: 0, removed: [] };
  const [block] = await blocksWithin(tx, repositoryId, [held.id]);
  if (!block) throw new Error(`block ${held.id} of repository ${repositoryId} is not there`);
  const others = block.members.filter((member) => member.digest !== digest);
  const bytes = others.length > 0 ? await contentsOf(tx, store, repositoryId, [block]) : new Map();
  await tx.execute(sql`update contents set block_id = null, start = 0 where ${content}`);
  const group = others.map((member) => ({
    digest: member.digest,
    bytes: bytes.get(member.digest) as Buffer,
  }));
  return await repack(tx, store, repositoryId, [block], group.length > 0 ? [group] : []);
}
