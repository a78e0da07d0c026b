import { contentIn, joined, LIMITS, unpackBytesAsync } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import {
  blocksInPortions,
  type LocatedBlock,
  locateContents,
  type Placed,
} from '../blocks/block-row-store.js';
import type { BlockStore } from '../blocks/block-store.js';
import { lost } from '../blocks/block-store-error.js';
import type { HeldMemory, Memory } from './memory.js';

/** The source of contents: rows in a database or its replica, bytes in a block store. */
export interface ContentSource {
  db: Database;
  /** The primary, when `db` is a replica: it finds contents that moved in the meantime. */
  primary?: Database;
  blocks: BlockStore;
  /** Memory for blocks of one large content. Without it, such a block is read whenever it is needed. */
  memory?: Memory;
}

/** A block as stored, with the requested ones of its contents. */
export interface RequestedBlock extends LocatedBlock {
  bytes: Uint8Array[];
  requested: Placed[];
  /** The memory that is held for it; null for a block of usual size. */
  held: HeldMemory | null;
}

/**
 * Gives the blocks that hold the contents of the digests, one at a time, packed as they are stored. It leaves
 * out purged contents and those that the repository lacks. A content that moves to another block meanwhile is
 * looked up again.
 * @param needed bytes of memory that a large block takes while it is used
 */
export async function* requestedBlocks(
  { db: first, primary = first, blocks: store, memory }: ContentSource,
  repositoryId: number,
  digests: string[],
  needed: (block: LocatedBlock) => number = ({ packedSize }) => packedSize,
): AsyncGenerator<RequestedBlock> {
  const pending = new Set(digests);
  let missed = new Set<string>();
  let db = first;
  while (pending.size > 0) {
    const ids = await locateContents(db, repositoryId, [...pending]);
    if (ids.length === 0 && db === primary) return;
    const missing = new Set(ids);
    for await (const located of blocksInPortions(db, repositoryId, ids)) {
      const gone = located.find(({ id }) => missed.has(id));
      if (gone) throw lost(repositoryId, gone);
      for (const { blocks, large } of apartByOne(located, memory !== undefined)) {
        const held = large === null ? null : ((await memory?.hold(needed(large))) ?? null);
        try {
          const byId = new Map(blocks.map((block) => [block.id, block]));
          for await (const { id, bytes } of store.get(db, repositoryId, blocks)) {
            const block = byId.get(id);
            if (!block) continue;
            byId.delete(id);
            missing.delete(id);
            const requested = block.members.filter(({ digest }) => pending.delete(digest));
            // What it held may have come with another block that took its place.
            if (requested.length > 0) yield { ...block, bytes, requested, held };
          }
        } finally {
          held?.release();
        }
      }
    }
    // A lagging replica would return the same blocks again, and may lack contents of the primary.
    missed = db === primary ? missing : new Set();
    db = primary;
  }
}

/** Blocks of usual size together, and each large one alone: the next is not read while one is sent. */
function apartByOne(
  blocks: LocatedBlock[],
  isBounded: boolean,
): { blocks: LocatedBlock[]; large: LocatedBlock | null }[] {
  const isLarge = ({ rawSize }: LocatedBlock) => isBounded && rawSize > LIMITS.blockBytes;
  const usual = blocks.filter((block) => !isLarge(block));
  const large = blocks.filter(isLarge).map((block) => ({ blocks: [block], large: block }));
  return usual.length === 0 ? large : [{ blocks: usual, large: null }, ...large];
}

/**
 * Reads the contents of the digests, unpacked, in any order. Leaves out purged and unknown contents. Each
 * block is unpacked once, and only one is in memory in addition to what the caller keeps.
 */
export async function* loadContents(
  source: ContentSource,
  repositoryId: number,
  digests: string[],
): AsyncGenerator<{ digest: string; bytes: Buffer }> {
  for await (const block of requestedBlocks(source, repositoryId, digests)) {
    const raw = await unpackBytesAsync(block.codec, joined(block.bytes), block.rawSize);
    // A copy where only a little of the block is requested, so that nobody holds all of it for that.
    const whole = block.requested.reduce((sum, { size }) => sum + size, 0) * 2 >= block.rawSize;
    for (const member of block.requested) {
      const bytes = contentIn(raw, member);
      yield { digest: member.digest, bytes: whole ? bytes : Buffer.from(bytes) };
    }
  }
}

/** The same as one map, for few or small contents. */
export async function contentsByDigest(
  source: ContentSource,
  repositoryId: number,
  digests: string[],
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for await (const { digest, bytes } of loadContents(source, repositoryId, digests))
    contents.set(digest, bytes);
  return contents;
}
