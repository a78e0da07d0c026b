import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { removeBlockRows } from '../blocks/block-row-store.js';
import { repackBlock, repacking } from '../blocks/repack-blocks.js';
import type { ContentSource } from './load-contents.js';
import { UNREFERENCED } from './unreferenced.js';
import type { WorkBudget } from './work-budget.js';

/** The result of tidying, or its plan in a dry run. */
export interface Tidied {
  /** The number of removed blocks, which had no contents. */
  removed: number;
  /** The number of blocks that were repacked without unreferenced bytes. */
  repacked: number;
  /** Freed bytes, as stored. A dry run cannot know the savings of repacking. */
  freed: number;
}

interface GappedBlock {
  repositoryId: number;
  id: string;
  rawSize: number;
  packedSize: number;
  /** The number of its contents. */
  count: number;
}

const DELETED_AT_ONCE = 500;

/**
 * Removes blocks without contents, and repacks blocks with unreferenced bytes, the emptiest first, so that
 * collected contents are neither stored nor sent with the remaining ones. Reads all blocks and contents: only gc
 * does, for what an earlier release or an interruption left.
 */
export async function tidyBlocks(
  source: ContentSource,
  budget: WorkBudget,
  { dryRun }: { dryRun: boolean },
): Promise<Tidied> {
  const found = await gappedBlocks(source.db, dryRun);
  const empty = found.filter(({ count }) => count === 0);
  const gapped = found.filter(({ count }) => count > 0);
  const tidied = { removed: empty.length, repacked: 0, freed: 0 };
  if (dryRun) {
    tidied.freed = empty.reduce((sum, block) => sum + block.packedSize, 0);
    tidied.repacked = gapped.filter(({ rawSize }) => budget.spend(rawSize)).length;
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
    if (!budget.spend(rawSize)) break;
    const done = await repacking(source, repositoryId, (tx) =>
      repackBlock(tx, source.blocks, repositoryId, id),
    );
    // Another process may have repacked the block first.
    if (done.removed.length > 0) tidied.repacked++;
    tidied.freed += done.freed;
  }
  return tidied;
}

/** Blocks with unreferenced bytes. @param dryRun whether contents that would be collected count as removed */
function gappedBlocks(db: Database, dryRun: boolean): Promise<GappedBlock[]> {
  const stays = dryRun ? sql`not ${UNREFERENCED}` : sql`true`;
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
