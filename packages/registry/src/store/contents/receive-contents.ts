import { LIMITS, readTransfer, type Transferred, unpack } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Allowances } from '../../vocabulary/allowance.js';
import type { BlockStore } from '../blocks/block-store.js';
import { LONGEST_SETTINGS } from '../settings/settings.js';
import { auditReceipt, type Receipt } from './audit-receipt.js';
import type { ContentReader } from './content-reader.js';
import { KnownMeanwhile, storeBlocks } from './content-store.js';
import { readBatch, type Unread } from './read-batch.js';
import { receivedOf } from './received.js';

/** Bytes, unpacked, and entries after which what was received is stored. */
const STORE_AFTER_BYTES = 4 * 1024 * 1024;
const STORE_AFTER_COUNT = 200;

/** What takes part in receiving. */
export interface Receiving {
  db: Database;
  blocks: BlockStore;
  reader: ContentReader;
}

/** Where contents go, and what is allowed there that looks like a secret. */
export interface UploadTarget {
  repositoryId: number;
  by: Caller;
  /** Told the settings file's text that came first in the archive; null when none did. */
  allowances: (settings: string | null) => Promise<Allowances>;
}

/** The name of the entry that holds the settings file of the checkout; it comes first. */
const SETTINGS_ENTRY = 'settings';

/**
 * Takes in an archive of blocks, and of contents on their own, both with the paths that they are for. What looks like it holds
 * a secret is not stored, unless that is allowed. What arrived whole stays, also when the archive breaks
 * off later: asking again what is missing then gives the rest. Throws `ArchiveError` when it is not an archive.
 */
export async function receiveContents(
  receiving: Receiving,
  into: UploadTarget,
  archive: AsyncIterable<Uint8Array>,
): Promise<Receipt> {
  const receipt: Receipt = { stored: 0, present: 0, refused: [] };
  let batch: Unread[] = [];
  let bytes = 0;
  // One batch is read and stored while the next one arrives; no more are in memory.
  let storing = Promise.resolve();
  let allowances: Promise<Allowances> | null = null;
  const store = async () => {
    await storing;
    allowances ??= into.allowances(null);
    const target = { repositoryId: into.repositoryId, allowances: await allowances };
    storing = storeBatch(receiving, target, batch, receipt);
    // It is awaited later; until then its failure must not end the process.
    storing.catch(() => {});
    batch = [];
    bytes = 0;
  };
  try {
    const arriving = readTransfer(archive, { maximumEntries: LIMITS.uploadEntries, gaps: false });
    for await (const transferred of arriving) {
      if (isSettings(transferred) && allowances === null && batch.length === 0) {
        allowances = into.allowances(settingsIn(transferred));
        // It is awaited later; until then its failure must not end the process.
        allowances.catch(() => {});
        continue;
      }
      const received = receivedOf(transferred);
      if ('message' in received) {
        receipt.refused.push(received);
        continue;
      }
      batch.push({ received, digests: new Set(received.members.map(({ digest }) => digest)) });
      bytes += received.rawSize;
      if (bytes >= STORE_AFTER_BYTES || batch.length >= STORE_AFTER_COUNT) await store();
    }
  } finally {
    await store();
    await storing;
    await auditReceipt(receiving.db, into, receipt);
  }
  return receipt;
}

async function storeBatch(
  receiving: Receiving,
  into: { repositoryId: number; allowances: Allowances },
  batch: Unread[],
  receipt: Receipt,
): Promise<void> {
  let unread = batch;
  while (unread.length > 0) {
    const { blocks, present, refused, later } = await readBatch(receiving, into, unread);
    try {
      await storeBlocks(receiving.db, receiving.blocks, into.repositoryId, blocks);
    } catch (error) {
      // Looked at again, what is known by now is left out.
      if (error instanceof KnownMeanwhile) continue;
      throw error;
    }
    receipt.stored += blocks.reduce((sum, { contents }) => sum + contents.length, 0);
    receipt.present += present;
    receipt.refused.push(...refused);
    unread = later;
  }
}

type Alone = Extract<Transferred, { kind: 'content' }>;

const isSettings = (transferred: Transferred): transferred is Alone =>
  transferred.kind === 'content' && transferred.entry.name === SETTINGS_ENTRY;

/** The text of the settings file that came along; null where it is none that would be read. */
function settingsIn({ entry }: Alone): string | null {
  if (entry.size > LONGEST_SETTINGS * 4) return null;
  return unpack(entry).toString('utf8');
}
