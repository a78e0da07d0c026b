import { type ArchiveEntry, isDigest, LIMITS, readArchive } from '@fixture-registry/protocol';
import type { Database } from '../database/database.js';
import type { ContentReader } from './content-reader.js';
import { type NewContent, storeContents } from './content-store.js';

/** Packed bytes, and recordings, after which what was received is stored. */
const STORE_AFTER_BYTES = 2 * 1024 * 1024;
const STORE_AFTER_COUNT = 200;

export interface Receipt {
  stored: number;
  /** Contents that were here before. */
  present: number;
  refused: { digest: string; message: string }[];
}

/**
 * Takes in an archive whose entries are named by their digests. What arrived whole stays, also when the archive breaks
 * off later: asking again what is missing then gives the rest. Throws `ArchiveError` when it is not an archive.
 */
export async function receiveContents(
  db: Database,
  reader: ContentReader,
  repositoryId: number,
  archive: AsyncIterable<Uint8Array>,
): Promise<Receipt> {
  const receipt: Receipt = { stored: 0, present: 0, refused: [] };
  let batch: ArchiveEntry[] = [];
  let bytes = 0;
  // One batch is read and stored while the next one arrives; no more are in memory.
  let storing = Promise.resolve();
  const store = async () => {
    await storing;
    storing = storeBatch(db, reader, repositoryId, batch, receipt);
    // It is awaited later; until then its failure must not end the process.
    storing.catch(() => {});
    batch = [];
    bytes = 0;
  };
  try {
    const entries = readArchive(archive, {
      maximumEntryBytes: LIMITS.recordingBytes,
      maximumEntries: LIMITS.uploadEntries,
    });
    for await (const entry of entries) {
      batch.push(entry);
      bytes += packedBytes(entry);
      if (bytes >= STORE_AFTER_BYTES || batch.length >= STORE_AFTER_COUNT) await store();
    }
  } finally {
    await store();
    await storing;
  }
  return receipt;
}

async function storeBatch(
  db: Database,
  reader: ContentReader,
  repositoryId: number,
  batch: ArchiveEntry[],
  receipt: Receipt,
): Promise<void> {
  const taken: NewContent[] = [];
  const takeIn = async ({ name, ...packed }: ArchiveEntry) => {
    const content = isDigest(name)
      ? await reader.read(packed)
      : { refused: 'an entry is named by the sha256 of its content, in 64 lower-case hex digits' };
    if ('refused' in content) {
      receipt.refused.push({ digest: name.slice(0, 64), message: content.refused });
    } else if (content.digest !== name) {
      const message = 'the content does not have the digest that it is named by';
      receipt.refused.push({ digest: name, message });
    } else taken.push({ digest: name, packed, reading: content.reading });
  };
  await Promise.all(batch.map(takeIn));
  const stored = await storeContents(db, repositoryId, taken);
  receipt.stored += stored;
  receipt.present += taken.length - stored;
}

const packedBytes = (entry: ArchiveEntry) => entry.bytes.reduce((sum, chunk) => sum + chunk.length, 0);
