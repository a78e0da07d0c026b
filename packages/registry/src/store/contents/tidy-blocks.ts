import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { removeBlockRows } from '../blocks/block-row-store.js';
import { packAnew, repacking } from '../blocks/repack-blocks.js';
import { UNREFERENCED } from './collect-contents.js';
import type { ContentSource } from './load-contents.js';
import type { WorkBudget } from './work-budget.js';

/** What was done to blocks, or would be. */
export interface Tidied {
  /** Blocks in which nothing stood any more, */
  removed: number;
  /** and blocks that were packed anew without what no longer stood in them. */
  repacked: number;
  /** Bytes, as stored, that this frees. A look beforehand cannot know what packing anew will save. */
  freed: number;
}

interface WornBlock {
  repositoryId: number;
  id: string;
  rawSize: number;
  packedSize: number;
  /** Contents that stand in it. */
  count: number;
}

const DELETED_AT_ONCE = 500;

/**
 * Removes blocks in which nothing stands any more, and packs those anew of which a part belongs to nobody, the emptiest first: what was
 * collected is to be gone, rather than to travel beside what is left.
 */
export async function tidyBlocks(
  source: ContentSource,
  budget: WorkBudget,
  { dryRun }: { dryRun: boolean },
): Promise<Tidied> {
  const worn = await wornBlocks(source.db, dryRun);
  const empty = worn.filter(({ count }) => count === 0);
  const gapped = worn.filter(({ count }) => count > 0);
  const tidied = { removed: empty.length, repacked: 0, freed: 0 };
  if (dryRun) {
    tidied.freed = empty.reduce((sum, block) => sum + block.packedSize, 0);
    tidied.repacked = gapped.filter(({ rawSize }) => budget.take(rawSize)).length;
    return tidied;
  }
  tidied.removed = 0;
  for (const repositoryId of new Set(empty.map((block) => block.repositoryId))) {
    const ids = empty.filter((block) => block.repositoryId === repositoryId).map(({ id }) => id);
    for (let start = 0; start < ids.length; start += DELETED_AT_ONCE) {
      const removed = await removeBlockRows(
        source.db,
        repositoryId,
        ids.slice(start, start + DELETED_AT_ONCE),
      );
      await source.blocks.delete(source.db, repositoryId, removed);
      tidied.removed += removed.length;
      tidied.freed += removed.reduce((sum, { packedSize }) => sum + packedSize, 0);
    }
  }
  for (const { repositoryId, id, rawSize } of gapped) {
    if (!budget.take(rawSize)) break;
    const done = await repacking(source, repositoryId, (tx) => packAnew(tx, source.blocks, repositoryId, id));
    // Somebody else may have been there first.
    if (done.removed.length > 0) tidied.repacked++;
    tidied.freed += done.freed;
  }
  return tidied;
}

/** @param beforehand whether contents that are about to be collected count as gone */
function wornBlocks(db: Database, beforehand: boolean): Promise<WornBlock[]> {
  const stays = beforehand ? sql`not ${UNREFERENCED}` : sql`true`;
  return rows(
    db,
    sql`select b.repository_id as "repositoryId", b.id::text as id, b.raw_size as "rawSize",
          b.packed_size as "packedSize", count(c.digest)::int as count
        from blocks b left join contents c
          on c.repository_id = b.repository_id and c.block_id = b.id and ${stays}
        group by b.repository_id, b.id
        having count(c.digest) = 0 or coalesce(sum(c.size), 0) < b.raw_size
        order by coalesce(sum(c.size), 0)::float8 / greatest(b.raw_size, 1), b.repository_id, b.id`,
  );
}
