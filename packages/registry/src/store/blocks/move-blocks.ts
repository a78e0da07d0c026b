import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/statements/database.js';
import { holdBlocks, removeBlockRows } from './block-row-store.js';
import type { BlockBytes, BlockPlace, BlockStore, StoredBlock } from './block-store.js';
import { BlockStoreError, damaged, lost } from './block-store-error.js';
import {
  blocksIn,
  copyBlockRows,
  followMoves,
  lockBlocks,
  type Move,
  repositoriesIn,
} from './move-blocks-store.js';

/** Bytes, as stored, and blocks that one transaction moves; a larger block goes alone. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_BLOCKS = 50;

/** What was moved so far. */
export interface Moved {
  count: number;
  /** As stored. */
  bytes: number;
  /** Blocks whose bytes are lost or damaged where they should stand; they stay as they are. */
  stuck: BlockStoreError[];
  /** Blocks that are moved and whose bytes could not be removed from where they were. */
  left: number;
  /** Whether the place that they left keeps earlier versions of what is removed from it. */
  keepsVersions: boolean;
}

/**
 * Moves the bytes of all blocks to where new ones go, a few in each transaction: bytes first, then the rows that say where they are, then
 * away with the old ones. Each becomes another block of the same bytes, so whoever looks for it finds the one or the other at
 * every moment, and what is interrupted leaves at most bytes without a row, which gc collects. Pushes and pulls go on.
 * @param progress is called after each transaction
 * @throws BlockStoreError when a store fails; what was moved until then stays moved
 */
export async function moveBlocks(
  source: { db: Database; blocks: BlockStore },
  progress: (moved: Moved) => void,
): Promise<Moved> {
  const { db, blocks } = source;
  const moved: Moved = { count: 0, bytes: 0, stuck: [], left: 0, keepsVersions: false };
  const places = [null, ...blocks.outside].filter((place) => place !== blocks.location);
  for (const repositoryId of await repositoriesIn(db, places)) {
    let after: string | null = null;
    for (;;) {
      const page: StoredBlock[] = await blocksIn(db, repositoryId, places, { after, count: BATCH_BLOCKS });
      const batch = withinBytes(page);
      after = batch.at(-1)?.id ?? null;
      if (after === null) break;
      await moveWhatCanBe(source, { repositoryId, places }, idsOf(batch), moved);
      progress(moved);
    }
  }
  return moved;
}

interface From {
  repositoryId: number;
  places: (string | null)[];
}

/** One block that is lost does not keep the others where they are. */
async function moveWhatCanBe(
  source: { db: Database; blocks: BlockStore },
  from: From,
  ids: string[],
  moved: Moved,
): Promise<void> {
  try {
    await moveTogether(source, from, ids, moved);
  } catch (error) {
    if (!(error instanceof BlockStoreError && error.ofBlock)) throw error;
    if (ids.length === 1) moved.stuck.push(error);
    else for (const id of ids) await moveWhatCanBe(source, from, [id], moved);
  }
}

async function moveTogether(
  { db, blocks }: { db: Database; blocks: BlockStore },
  { repositoryId, places }: From,
  ids: string[],
  moved: Moved,
): Promise<void> {
  const removed = await db.transaction(async (tx) => {
    await holdBlocks(tx, repositoryId);
    const old = await lockBlocks(tx, repositoryId, places, ids);
    const copies: BlockBytes[] = [];
    const moves: Move[] = [];
    for await (const { id, bytes } of whole(blocks, tx, repositoryId, old)) {
      const to = randomUUID();
      copies.push({ id: to, bytes });
      moves.push({ from: id, to });
    }
    await blocks.put(tx, repositoryId, copies);
    await copyBlockRows(tx, repositoryId, moves, blocks.location);
    await blocks.putWithin(tx, repositoryId, copies);
    await followMoves(tx, repositoryId, moves);
    return removeBlockRows(tx, repositoryId, idsOf(old));
  });
  moved.count += removed.length;
  moved.bytes += removed.reduce((sum, { packedSize }) => sum + packedSize, 0);
  const { left, keepsVersions } = await blocks.delete(db, repositoryId, removed);
  moved.left += left;
  moved.keepsVersions ||= keepsVersions;
}

/** The bytes of all the blocks, or none: what is not there, or has another size than it must have, is not moved. */
async function* whole(
  store: BlockStore,
  tx: Database,
  repositoryId: number,
  blocks: StoredBlock[],
): AsyncGenerator<BlockBytes> {
  const left = new Map(blocks.map((block) => [block.id, block]));
  for await (const found of store.get(tx, repositoryId, blocks)) {
    const expected = left.get(found.id)?.packedSize ?? 0;
    const got = found.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (got !== expected) throw damaged(`block ${found.id}`, { expected, got });
    left.delete(found.id);
    yield found;
  }
  const [gone] = left.values();
  if (gone) throw lost(repositoryId, gone);
}

/** As many of them as one transaction moves. */
function withinBytes(blocks: StoredBlock[]): StoredBlock[] {
  let bytes = 0;
  const end = blocks.findIndex(({ packedSize }, index) => {
    bytes += packedSize;
    return index > 0 && bytes > BATCH_BYTES;
  });
  return end === -1 ? blocks : blocks.slice(0, end);
}

const idsOf = (blocks: Pick<BlockPlace, 'id'>[]) => blocks.map(({ id }) => id);
