import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { BlockBytes, BlockStore, StoredBlock } from './block-store.js';
import { elsewhere } from './block-store-error.js';

/**
 * The size of a chunk. The driver reads it as text of twice the length; up to 128 KiB, V8 frees such texts
 * quickly.
 */
const CHUNK_BYTES = 60 * 1024;

/** The packed bytes of one query, which bounds memory; a larger block has its own query. */
const BATCH_BYTES = 512 * 1024;
const BATCH_COUNT = 500;

/** Stores the bytes of blocks in the database, which needs no further setup. */
export const databaseBlocks: BlockStore = {
  location: null,
  outside: [],
  put: async () => {},
  putWithin: async (tx, repositoryId, blocks) => {
    for (const batch of batchesOf(blocks, ({ bytes }) => bytes.reduce((sum, b) => sum + b.length, 0))) {
      const chunks = batch.flatMap(({ id, bytes }) =>
        cut(bytes).map((chunk, position) => ({ id, position, bytes: chunk.toString('hex') })),
      );
      await tx.execute(sql`
        insert into block_chunks (repository_id, block_id, position, bytes)
        select ${repositoryId}, n.id::uuid, n.position, decode(n.bytes, 'hex')
        from unnest(${sql.param(chunks.map((chunk) => chunk.id))}::text[],
          ${sql.param(chunks.map((chunk) => chunk.position))}::int[],
          ${sql.param(chunks.map((chunk) => chunk.bytes))}::text[]) as n (id, position, bytes)`);
    }
  },
  get: bytesOf,
  addressOf: async () => null,
  // The chunks are deleted together with the row of the block.
  delete: async () => ({ left: 0, keepsVersions: false }),
  strays: async () => ({ strays: [], next: null }),
  check: async () => {},
};

/** Fetches the next batch while the caller processes the current one. */
async function* bytesOf(
  db: Database,
  repositoryId: number,
  blocks: StoredBlock[],
): AsyncGenerator<BlockBytes> {
  const outside = blocks.find(({ location }) => location !== null);
  if (outside) throw elsewhere(outside);
  const batches = batchesOf(blocks, (block) => block.packedSize);
  let next = fetchBatch(db, repositoryId, batches[0] ?? []);
  for (let index = 0; index < batches.length; index++) {
    const batch = await next;
    next = fetchBatch(db, repositoryId, batches[index + 1] ?? []);
    // If the caller stops, nothing awaits the prefetched batch; its failure must not crash the process.
    next.catch(() => {});
    yield* batch;
  }
}

/** One query reads all chunks of a block, so a block is complete or missing. */
async function fetchBatch(
  db: Database,
  repositoryId: number,
  blocks: { id: string; packedSize: number }[],
): Promise<BlockBytes[]> {
  if (blocks.length === 0) return [];
  const ids = blocks.map(({ id }) => id);
  const chunks = await rows<{ id: string; bytes: Uint8Array }>(
    db,
    sql`select block_id::text as id, bytes from block_chunks where repository_id = ${repositoryId}
        and block_id in (select i::uuid from unnest(${sql.param(ids)}::text[]) i) order by block_id, position`,
  );
  const byId = new Map<string, Uint8Array[]>();
  for (const { id, bytes } of chunks) {
    const list = byId.get(id);
    if (list) list.push(bytes);
    else byId.set(id, [bytes]);
  }
  return blocks.flatMap(({ id, packedSize }) => {
    // A block of no bytes has no chunks.
    const bytes = byId.get(id) ?? (packedSize === 0 ? [] : null);
    return bytes ? [{ id, bytes }] : [];
  });
}

function batchesOf<Item>(items: Item[], bytesOf: (item: Item) => number): Item[][] {
  const batches: Item[][] = [];
  let current: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (current.length > 0 && (bytes + size > BATCH_BYTES || current.length >= BATCH_COUNT)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}

function cut(bytes: Uint8Array[]): Buffer[] {
  const whole = Buffer.concat(bytes);
  const chunks: Buffer[] = [];
  for (let start = 0; start < whole.length; start += CHUNK_BYTES) {
    chunks.push(whole.subarray(start, start + CHUNK_BYTES));
  }
  return chunks;
}
