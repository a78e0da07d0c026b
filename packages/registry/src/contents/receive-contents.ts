import { type Codec, isDigest, LIMITS, readTransfer, type Transferred } from '@fixture-registry/protocol';
import type { BlockStore } from '../blocks/block-store.js';
import type { Database } from '../database/database.js';
import type { ContentReader } from './content-reader.js';
import { knownContents, type NewBlock, PurgedMeanwhile, storeBlocks } from './content-store.js';
import type { Received } from './reading-worker.js';

/** Bytes, unpacked, and entries after which what was received is stored. */
const STORE_AFTER_BYTES = 4 * 1024 * 1024;
const STORE_AFTER_COUNT = 200;

export interface Receipt {
  stored: number;
  /** Contents that were here before. */
  present: number;
  refused: { digest: string; message: string }[];
}

/** What an upload needs beside its bytes. */
export interface Receiving {
  db: Database;
  blocks: BlockStore;
  reader: ContentReader;
}

/**
 * Takes in an archive of blocks, and of contents that are named by their digests. What arrived whole stays, also when the archive
 * breaks off later: asking again what is missing then gives the rest. Throws `ArchiveError` when it is not an archive.
 */
export async function receiveContents(
  receiving: Receiving,
  repositoryId: number,
  archive: AsyncIterable<Uint8Array>,
): Promise<Receipt> {
  const receipt: Receipt = { stored: 0, present: 0, refused: [] };
  let batch: Transferred[] = [];
  let bytes = 0;
  // One batch is read and stored while the next one arrives; no more are in memory.
  let storing = Promise.resolve();
  const store = async () => {
    await storing;
    storing = storeBatch(receiving, repositoryId, batch, receipt);
    // It is awaited later; until then its failure must not end the process.
    storing.catch(() => {});
    batch = [];
    bytes = 0;
  };
  try {
    const arriving = readTransfer(archive, { maximumEntries: LIMITS.uploadEntries, gaps: false });
    for await (const transferred of arriving) {
      batch.push(transferred);
      bytes += transferred.kind === 'block' ? transferred.block.rawSize : transferred.entry.size;
      if (bytes >= STORE_AFTER_BYTES || batch.length >= STORE_AFTER_COUNT) await store();
    }
  } finally {
    await store();
    await storing;
  }
  return receipt;
}

async function storeBatch(
  receiving: Receiving,
  repositoryId: number,
  batch: Transferred[],
  receipt: Receipt,
): Promise<void> {
  const received: Omit<Received, 'leftOut'>[] = [];
  for (const transferred of batch) {
    const one = receivedOf(transferred);
    if ('message' in one) receipt.refused.push(one);
    else received.push(one);
  }
  for (;;) {
    const { blocks, present, refused } = await readBatch(receiving, repositoryId, received);
    const taken = blocks.reduce((sum, { contents }) => sum + contents.length, 0);
    try {
      const stored = await storeBlocks(receiving.db, receiving.blocks, repositoryId, blocks);
      receipt.stored += stored;
      receipt.present += present + taken - stored;
      receipt.refused.push(...refused);
      return;
    } catch (error) {
      // Looked at again, it is left out.
      if (!(error instanceof PurgedMeanwhile)) throw error;
    }
  }
}

/** Reads what was received, in the threads, but for what is here or was purged, and what comes twice. */
async function readBatch(
  { db, reader }: Receiving,
  repositoryId: number,
  received: Omit<Received, 'leftOut'>[],
): Promise<{ blocks: NewBlock[]; present: number; refused: Receipt['refused'] }> {
  const digests = received.flatMap(({ members }) => members.map(({ digest }) => digest));
  const known = await knownContents(db, repositoryId, [...new Set(digests)]);
  const found = { blocks: [] as NewBlock[], present: 0, refused: [] as Receipt['refused'] };
  for (const [digest, state] of known) {
    if (state !== 'PURGED') continue;
    const message = 'this content was purged. Delete the file and record it anew';
    found.refused.push({ digest, message });
  }
  const seen = new Set<string>();
  const readOne = async (one: Omit<Received, 'leftOut'>) => {
    const leftOut = new Set<string>();
    for (const { digest } of one.members) {
      if (known.has(digest) || seen.has(digest)) leftOut.add(digest);
      else seen.add(digest);
      if (known.get(digest) !== 'PURGED' && leftOut.has(digest)) found.present++;
    }
    if (leftOut.size === one.members.length) return;
    const { taken, refused, repacked } = await reader.read({ ...one, leftOut });
    found.refused.push(...refused);
    if (taken.length === 0) return;
    const { codec, rawSize, bytes } = repacked ?? asItCame(one);
    found.blocks.push({ codec, rawSize, bytes: [bytes], contents: taken });
  };
  await Promise.all(received.map(readOne));
  return found;
}

function asItCame({ packed, rawSize }: Omit<Received, 'leftOut'>) {
  if (packed.kind === 'block') return { codec: packed.codec, rawSize, bytes: packed.bytes };
  const codec: Codec = packed.method === 'store' ? 'raw' : 'deflate';
  return { codec, rawSize, bytes: packed.bytes };
}

function receivedOf(
  transferred: Transferred,
): Omit<Received, 'leftOut'> | { digest: string; message: string } {
  if (transferred.kind === 'block') {
    const { codec, rawSize, bytes, members } = transferred.block;
    return { packed: { kind: 'block', codec, bytes: exactCopy(bytes) }, rawSize, members };
  }
  const { name, bytes, ...head } = transferred.entry;
  if (!isDigest(name)) {
    const message = 'an entry is named by the sha256 of its content, in 64 lower-case hex digits';
    return { digest: name.slice(0, 64), message };
  }
  const members = [{ digest: name, size: head.size, start: 0 }];
  return { packed: { kind: 'content', ...head, bytes: exactCopy(bytes) }, rawSize: head.size, members };
}

/** A view is sent to a thread with all of its buffer, which may be a slab of the network's: hence an exact copy. */
function exactCopy(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
