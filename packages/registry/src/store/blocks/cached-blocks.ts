import { LRUCache } from 'lru-cache';
import type { BlockBytes, BlockStore, StoredBlock } from './block-store.js';
import type { StoringConnection } from './open-block-store.js';

/** Packed bytes that are remembered: a whole set of some thousand recordings, which all jobs of a run ask for at once. */
const REMEMBERED_BYTES = 32 * 1024 * 1024;

/** A larger block would push out many others. */
const MOST_BLOCK_BYTES = 4 * 1024 * 1024;

/** What is not asked for is forgotten after so many milliseconds: what was purged, or packed anew, is to be nowhere some day. */
const REMEMBERED_FOR = 10 * 60_000;

/**
 * Remembers the bytes of blocks that were read lately, wherever they stand. No other process needs to know: which blocks are asked for is
 * looked up in the database each time, and a block's bytes never change, so what was purged or collected is not asked for again.
 * @param asked is told of each block whether its bytes were remembered
 */
export function rememberingBlocks(
  connection: StoringConnection,
  asked: (isRemembered: boolean) => void,
): StoringConnection {
  return { ...connection, blocks: remembered(connection.blocks, asked) };
}

function remembered(store: BlockStore, asked: (isRemembered: boolean) => void): BlockStore {
  const known = new LRUCache<string, Uint8Array[]>({
    maxSize: REMEMBERED_BYTES,
    maxEntrySize: MOST_BLOCK_BYTES,
    // One more, because the cache takes no block of no bytes.
    sizeCalculation: (bytes) => 1 + bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0),
    ttl: REMEMBERED_FOR,
    ttlAutopurge: true,
    updateAgeOnGet: true,
  });
  const keyOf = (repositoryId: number, id: string) => `${repositoryId} ${id}`;
  return {
    ...store,
    get: async function* (db, repositoryId, blocks): AsyncGenerator<BlockBytes> {
      const unknown: StoredBlock[] = [];
      for (const block of blocks) {
        const bytes = known.get(keyOf(repositoryId, block.id));
        asked(bytes !== undefined);
        if (bytes === undefined) unknown.push(block);
        else yield { id: block.id, bytes };
      }
      if (unknown.length === 0) return;
      for await (const found of store.get(db, repositoryId, unknown)) {
        known.set(keyOf(repositoryId, found.id), found.bytes);
        yield found;
      }
    },
    delete: (db, repositoryId, blocks) => {
      for (const { id } of blocks) known.delete(keyOf(repositoryId, id));
      return store.delete(db, repositoryId, blocks);
    },
  };
}
