import { contentIn, joined, unpackBytesAside } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import {
  blocksInPortions,
  type LocatedBlock,
  locateContents,
  type Placed,
} from '../blocks/block-row-store.js';
import type { BlockStore } from '../blocks/block-store.js';
import { lost } from '../blocks/block-store-error.js';

/** The source of contents: rows in a database or its replica, bytes in a block store. */
export interface ContentSource {
  db: Database;
  /** The primary, when `db` is a replica: it finds contents that moved in the meantime. */
  primary?: Database;
  blocks: BlockStore;
}

/** A block as stored, with the requested ones of its contents. */
export interface RequestedBlock extends LocatedBlock {
  bytes: Uint8Array[];
  requested: Placed[];
}

/**
 * Reads the blocks with the contents of the digests, one at a time, packed as stored. Leaves out purged and
 * unknown contents. A content that moves to another block in the meantime is looked up again.
 */
export async function* requestedBlocks(
  { db: first, primary = first, blocks: store }: ContentSource,
  repositoryId: number,
  digests: string[],
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
      const byId = new Map(located.map((block) => [block.id, block]));
      for await (const { id, bytes } of store.get(db, repositoryId, located)) {
        const block = byId.get(id);
        if (!block) continue;
        byId.delete(id);
        missing.delete(id);
        const requested = block.members.filter(({ digest }) => pending.delete(digest));
        // Its contents may already have come with the block that replaced it.
        if (requested.length > 0) yield { ...block, bytes, requested };
      }
    }
    // A lagging replica would return the same blocks again, and may lack contents of the primary.
    missed = db === primary ? missing : new Set();
    db = primary;
  }
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
    const raw = await unpackBytesAside(block.codec, joined(block.bytes), block.rawSize);
    // Copy small parts of a block, so that they do not keep the whole block in memory.
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
