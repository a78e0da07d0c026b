import { fullBlockBytes, LIMITS, planBlocks } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { blocksWithin, type LocatedBlock } from '../blocks/block-row-store.js';
import { contentsOf, repack, repacking } from '../blocks/repack-blocks.js';
import type { ContentSource } from './load-contents.js';
import type { WorkBudget } from './work-budget.js';

/** What was packed together, or would be. */
export interface Compacted {
  /** Blocks before, */
  from: number;
  /** and blocks after. */
  into: number;
  /** Bytes, as stored, that this frees; not known beforehand. */
  freed: number;
}

/** Bytes, unpacked, and blocks that are packed together in one transaction. */
const ROUND_BYTES = 16 * 1024 * 1024;
const ROUND_BLOCKS = 1_000;
/** A round must make so many times fewer blocks, or it is left for later. */
const WORTHWHILE = 2;

/**
 * Packs small blocks of a repository together: pushes of a few recordings leave many, and contents that share a block share what they
 * have in common. Only blocks of which every content stands, or stood, on a branch: what only a pull request names, perhaps of
 * a stranger, stays by itself.
 */
export async function compactBlocks(
  source: ContentSource,
  budget: WorkBudget,
  { dryRun }: { dryRun: boolean },
): Promise<Compacted> {
  const total = { from: 0, into: 0, freed: 0 };
  for (const repositoryId of await repositoriesWithBlocks(source.db)) {
    for (const round of rounds(await smallBlocks(source.db, repositoryId))) {
      const bytes = round.reduce((sum, { rawSize }) => sum + rawSize, 0);
      const plan = planOf(await blocksWithin(source.db, repositoryId, idsOf(round)));
      if (plan.length * WORTHWHILE > round.length) continue;
      if (!budget.take(bytes)) return total;
      const freed = dryRun ? 0 : await packTogether(source, repositoryId, idsOf(round));
      total.from += round.length;
      total.into += plan.length;
      total.freed += freed;
    }
  }
  return total;
}

async function packTogether(source: ContentSource, repositoryId: number, ids: string[]): Promise<number> {
  const done = await repacking(source, repositoryId, async (tx) => {
    const old = await blocksWithin(tx, repositoryId, ids);
    const contents = await contentsOf(tx, source.blocks, repositoryId, old);
    const groups = planOf(old).map((group) =>
      group.map(({ name }) => ({ digest: name, bytes: contents.get(name) as Buffer })),
    );
    return repack(tx, source.blocks, repositoryId, old, groups);
  });
  return done.freed;
}

const planOf = (blocks: LocatedBlock[]) =>
  planBlocks(blocks.flatMap(({ members }) => members.map(({ digest, size }) => ({ name: digest, size }))));

const idsOf = (blocks: { id: string }[]) => blocks.map(({ id }) => id);

interface SmallBlock {
  id: string;
  rawSize: number;
  /** Bytes of its largest content. */
  largest: number;
}

/** Blocks that are less than half as large as they might be, the oldest first: pushes of one time resemble each other. */
async function smallBlocks(db: Database, repositoryId: number): Promise<SmallBlock[]> {
  const found = await rows<SmallBlock>(
    db,
    sql`select b.id::text as id, b.raw_size as "rawSize", max(c.size) as largest
        from blocks b join contents c on c.repository_id = b.repository_id and c.block_id = b.id
        where b.repository_id = ${repositoryId} and b.raw_size < ${LIMITS.blockBytes / 2}
        group by b.repository_id, b.id
        having bool_and(exists (select 1 from entries e
          join refs r on r.repository_id = e.repository_id and r.id = e.ref_id and r.kind = 'BRANCH'
          where e.repository_id = c.repository_id and e.digest = c.digest))
        order by b.created_at, b.id`,
  );
  return found.filter(({ rawSize, largest }) => rawSize < fullBlockBytes(largest) / 2);
}

function* rounds(blocks: SmallBlock[]): Generator<SmallBlock[]> {
  let round: SmallBlock[] = [];
  let bytes = 0;
  for (const block of blocks) {
    if (round.length === ROUND_BLOCKS || (round.length > 0 && bytes + block.rawSize > ROUND_BYTES)) {
      yield round;
      round = [];
      bytes = 0;
    }
    round.push(block);
    bytes += block.rawSize;
  }
  if (round.length > 0) yield round;
}

async function repositoriesWithBlocks(db: Database): Promise<number[]> {
  const found = await rows<{ id: number }>(
    db,
    sql`select r.id from repositories r where exists (select 1 from blocks b where b.repository_id = r.id) order by r.id`,
  );
  return found.map(({ id }) => id);
}
