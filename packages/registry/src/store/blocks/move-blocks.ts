import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/statements/database.js';
import { lockRepositoryBlocks, removeBlockRows } from './block-row-store.js';
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

/** The bytes, as stored, and the blocks of one transaction; a larger block has its own transaction. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_BLOCKS = 50;

/** The progress of a move. */
export interface Moved {
  count: number;
  /** As stored. */
  bytes: number;
  /** The errors of blocks whose bytes are missing or damaged; these blocks are not moved. */
  stuck: BlockStoreError[];
  /** The number of moved blocks whose old bytes could not be removed. */
  left: number;
  /** Whether the old store keeps earlier versions of removed objects. */
  keepsVersions: boolean;
}

/**
 * Moves the bytes of all blocks to the location of new blocks, a few per transaction: it writes the bytes,
 * then the rows, and then removes the old bytes. Each block becomes a new block with the same bytes, so a
 * reader finds one of both at any moment. An interruption leaves at most bytes without a row, which gc
 * collects. Pushes and pulls continue.
 * @param progress called after each transaction
 * @throws BlockStoreError when a store fails; blocks moved before stay moved
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

/** Moves the other blocks of a batch when one is missing or damaged. */
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
    await lockRepositoryBlocks(tx, repositoryId);
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

/** Reads the bytes of all blocks. Throws when a block is missing or has the wrong size. */
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

/** The first blocks, as many as one transaction moves. */
function withinBytes(blocks: StoredBlock[]): StoredBlock[] {
  let bytes = 0;
  const end = blocks.findIndex(({ packedSize }, index) => {
    bytes += packedSize;
    return index > 0 && bytes > BATCH_BYTES;
  });
  return end === -1 ? blocks : blocks.slice(0, end);
}

const idsOf = (blocks: Pick<BlockPlace, 'id'>[]) => blocks.map(({ id }) => id);
