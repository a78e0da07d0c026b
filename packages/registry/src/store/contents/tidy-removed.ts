import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { repackBlock, repacking } from '../blocks/repack-blocks.js';
import type { ContentSource } from './load-contents.js';
import type { WorkBudget } from './work-budget.js';

/** Blocks of one step. */
const AT_ONCE = 100;

/**
 * Repacks some blocks whose contents were removed, those with the most removed bytes first, or removes them when they
 * have no other contents. Reads an index, so it misses blocks that an earlier release left; `tidyBlocks` finds those.
 * @returns the number of blocks, and the freed bytes, as stored
 */
export async function tidyRemoved(
  source: ContentSource,
  repositoryId: number,
  budget: WorkBudget,
): Promise<{ count: number; freed: number }> {
  const found = await rows<{ id: string; rawSize: number; removedSize: number }>(
    source.db,
    sql`select id::text as id, raw_size as "rawSize", removed_size as "removedSize" from blocks
        where repository_id = ${repositoryId} and removed_size > 0 order by removed_size desc limit ${AT_ONCE}`,
  );
  const done = { count: 0, freed: 0 };
  for (const { id, rawSize, removedSize } of found) {
    // An empty block is not read.
    if (!budget.spend(Math.max(1, rawSize - removedSize))) break;
    const repackOne = (tx: Database) => repackBlock(tx, source.blocks, repositoryId, id);
    const { freed, removed } = await repacking(source, repositoryId, repackOne, budget.lockTimeout);
    if (removed.length > 0) done.count++;
    done.freed += freed;
  }
  return done;
}
