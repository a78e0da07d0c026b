import { LRUCache } from 'lru-cache';
import type { BlockBytes, BlockStore, StoredBlock } from './block-store.js';
import type { StoringConnection } from './open-block-store.js';

/**
 * The cached packed bytes: a snapshot of some thousand recordings, which all jobs of a run request at once.
 */
const CACHED_BYTES = 32 * 1024 * 1024;

/** A larger block would evict many others. */
const MOST_BLOCK_BYTES = 4 * 1024 * 1024;

/** Milliseconds after which an unused block is dropped, so that purged or repacked bytes leave the memory. */
const CACHED_FOR = 10 * 60_000;

/**
 * Caches the bytes of recently read blocks. The cache needs no invalidation between processes: the database
 * is queried for the block ids each time, and the bytes of a block are immutable, so purged or collected
 * blocks are not requested again.
 * @param onRead called for each block with whether its bytes were cached
 */
export function withBlockCache(
  connection: StoringConnection,
  onRead: (isCached: boolean) => void,
): StoringConnection {
  return { ...connection, blocks: cached(connection.blocks, onRead) };
}

function cached(store: BlockStore, onRead: (isCached: boolean) => void): BlockStore {
  const cache = new LRUCache<string, Uint8Array[]>({
    maxSize: CACHED_BYTES,
    maxEntrySize: MOST_BLOCK_BYTES,
    // Plus one, because the cache refuses entries of size 0.
    sizeCalculation: (bytes) => 1 + bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0),
    ttl: CACHED_FOR,
    ttlAutopurge: true,
    updateAgeOnGet: true,
  });
  const keyOf = (repositoryId: number, id: string) => `${repositoryId} ${id}`;
  return {
    ...store,
    get: async function* (db, repositoryId, blocks): AsyncGenerator<BlockBytes> {
      const missing: StoredBlock[] = [];
      for (const block of blocks) {
        const bytes = cache.get(keyOf(repositoryId, block.id));
        onRead(bytes !== undefined);
        if (bytes === undefined) missing.push(block);
        else yield { id: block.id, bytes };
      }
      if (missing.length === 0) return;
      for await (const found of store.get(db, repositoryId, missing)) {
        cache.set(keyOf(repositoryId, found.id), found.bytes);
        yield found;
      }
    },
    delete: (db, repositoryId, blocks) => {
      for (const { id } of blocks) cache.delete(keyOf(repositoryId, id));
      return store.delete(db, repositoryId, blocks);
    },
  };
}
