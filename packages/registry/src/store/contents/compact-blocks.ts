import { fullBlockBytes, LIMITS, planBlocks } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { blocksWithin, type LocatedBlock } from '../blocks/block-row-store.js';
import { contentsOf, repack, repacking } from '../blocks/repack-blocks.js';
import type { ContentSource } from './load-contents.js';
import type { WorkBudget } from './work-budget.js';

/** The result of a compaction, or its plan in a dry run. */
export interface Compacted {
  /** The number of blocks before. */
  from: number;
  /** The number of blocks after. */
  into: number;
  /** Freed bytes, as stored; 0 in a dry run. */
  freed: number;
}

/** The bytes, unpacked, and the blocks of one transaction. */
const ROUND_BYTES = 16 * 1024 * 1024;
const ROUND_BLOCKS = 1_000;
/** The small blocks that one compaction looks at. */
const MOST_SMALL = 20_000;
/** A round must reduce the number of blocks by this factor, or it waits. */
const WORTHWHILE = 2;

/**
 * Packs small blocks of a repository together: pushes of a few recordings create many, and contents in one
 * block compress better. Only blocks whose contents were all on a branch: contents of pull requests may come
 * from strangers and stay separate.
 */
export async function compactBlocks(
  source: ContentSource,
  budget: WorkBudget,
  options: { dryRun: boolean },
): Promise<Compacted> {
  const total = { from: 0, into: 0, freed: 0 };
  for (const repositoryId of await repositoriesWithBlocks(source.db)) {
    const done = await compactRepository(source, repositoryId, budget, options);
    total.from += done.from;
    total.into += done.into;
    total.freed += done.freed;
  }
  return total;
}

/** The same for one repository. */
export async function compactRepository(
  source: ContentSource,
  repositoryId: number,
  budget: WorkBudget,
  { dryRun }: { dryRun: boolean },
): Promise<Compacted> {
  const total = { from: 0, into: 0, freed: 0 };
  for (const round of rounds(await smallBlocks(source.db, repositoryId))) {
    const bytes = round.reduce((sum, { rawSize }) => sum + rawSize, 0);
    const plan = planOf(await blocksWithin(source.db, repositoryId, idsOf(round)));
    if (plan.length * WORTHWHILE > round.length) continue;
    if (!budget.spend(bytes)) return total;
    total.freed += dryRun ? 0 : await packTogether(source, repositoryId, idsOf(round), budget.lockTimeout);
    total.from += round.length;
    total.into += plan.length;
  }
  return total;
}

async function packTogether(
  source: ContentSource,
  repositoryId: number,
  ids: string[],
  lockTimeout: number | null,
): Promise<number> {
  const pack = async (tx: Database) => {
    const old = await blocksWithin(tx, repositoryId, ids);
    const contents = await contentsOf(tx, source.blocks, repositoryId, old);
    const groups = planOf(old).map((group) =>
      group.map(({ name }) => ({ digest: name, bytes: contents.get(name) as Buffer })),
    );
    return repack(tx, source.blocks, repositoryId, old, groups);
  };
  return (await repacking(source, repositoryId, pack, lockTimeout)).freed;
}

const planOf = (blocks: LocatedBlock[]) =>
  planBlocks(blocks.flatMap(({ members }) => members.map(({ digest, size }) => ({ name: digest, size }))));

const idsOf = (blocks: { id: string }[]) => blocks.map(({ id }) => id);

interface SmallBlock {
  id: string;
  rawSize: number;
  /** The size of its largest content in bytes. */
  largest: number;
}

/** Blocks below half of the full size, oldest first: recordings of the same time are similar. */
async function smallBlocks(db: Database, repositoryId: number): Promise<SmallBlock[]> {
  const found = await rows<SmallBlock>(
    db,
    sql`select b.id::text as id, b.raw_size as "rawSize", max(c.size) as largest
        from (select * from blocks b where b.repository_id = ${repositoryId}
          and b.raw_size < ${LIMITS.blockBytes / 2} order by b.created_at, b.id limit ${MOST_SMALL}) b
        join contents c on c.repository_id = b.repository_id and c.block_id = b.id
        group by b.repository_id, b.id, b.raw_size, b.created_at
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
