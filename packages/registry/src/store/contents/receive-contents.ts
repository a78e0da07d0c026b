import { LIMITS, readTransfer, type Transferred, unpack } from '@fixture-registry/protocol';
import { LONGEST_SETTINGS } from '@fixture-registry/protocol/settings';
import type { Database } from '../../database/statements/database.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Allowances } from '../../vocabulary/allowance.js';
import type { BlockStore } from '../blocks/block-store.js';
import { auditReceipt, type Receipt } from './audit-receipt.js';
import type { ContentReader } from './content-reader.js';
import { KnownMeanwhile, storeBlocks } from './content-store.js';
import { copyReceived } from './copy-received.js';
import { readBatch, type Unread } from './read-batch.js';

/** A batch is stored when it reaches these bytes, unpacked, or this number of entries. */
const STORE_AFTER_BYTES = 4 * 1024 * 1024;
const STORE_AFTER_COUNT = 200;

/** The services that an upload uses. */
export interface UploadServices {
  db: Database;
  blocks: BlockStore;
  reader: ContentReader;
}

/** The repository of an upload, and its allowances for secret findings. */
export interface UploadTarget {
  repositoryId: number;
  by: Caller;
  /** Returns the allowances for the settings text at the start of the archive; null when it has none. */
  allowances: (settings: string | null) => Promise<Allowances>;
}

/** The name of the entry with the settings file of the checkout; it must be the first entry. */
const SETTINGS_ENTRY = 'settings';

/**
 * Receives an archive of blocks and single contents, each with its paths. Contents with secret findings are
 * not stored unless they are allowed. Complete entries stay stored when the archive breaks off later, so a
 * repeated push only needs the rest.
 * @throws ArchiveError when the body is not an archive
 */
export async function receiveContents(
  services: UploadServices,
  into: UploadTarget,
  archive: AsyncIterable<Uint8Array>,
): Promise<Receipt> {
  const receipt: Receipt = { stored: 0, present: 0, refused: [] };
  let batch: Unread[] = [];
  let bytes = 0;
  // One batch is parsed and stored while the next one arrives; no more are in memory.
  let storing = Promise.resolve();
  let allowances: Promise<Allowances> | null = null;
  const store = async () => {
    await storing;
    allowances ??= into.allowances(null);
    const target = { repositoryId: into.repositoryId, allowances: await allowances };
    storing = storeBatch(services, target, batch, receipt);
    // Awaited later; until then its failure must not crash the process.
    storing.catch(() => {});
    batch = [];
    bytes = 0;
  };
  try {
    const arriving = readTransfer(archive, { maximumEntries: LIMITS.uploadEntries, gaps: false });
    for await (const transferred of arriving) {
      if (isSettings(transferred) && allowances === null && batch.length === 0) {
        allowances = into.allowances(settingsIn(transferred));
        // Awaited later; until then its failure must not crash the process.
        allowances.catch(() => {});
        continue;
      }
      const received = copyReceived(transferred);
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
    await auditReceipt(services.db, into, receipt);
  }
  return receipt;
}

async function storeBatch(
  services: UploadServices,
  into: { repositoryId: number; allowances: Allowances },
  batch: Unread[],
  receipt: Receipt,
): Promise<void> {
  let unread = batch;
  while (unread.length > 0) {
    const { blocks, present, refused, later } = await readBatch(services, into, unread);
    try {
      await storeBlocks(services.db, services.blocks, into.repositoryId, blocks);
    } catch (error) {
      // The next attempt leaves out the contents that are stored by now.
      if (error instanceof KnownMeanwhile) continue;
      throw error;
    }
    receipt.stored += blocks.reduce((sum, { contents }) => sum + contents.length, 0);
    receipt.present += present;
    receipt.refused.push(...refused);
    unread = later;
  }
}

type SingleContent = Extract<Transferred, { kind: 'content' }>;

const isSettings = (transferred: Transferred): transferred is SingleContent =>
  transferred.kind === 'content' && transferred.entry.name === SETTINGS_ENTRY;

/** The text of the settings file; null when it is too long to be read. */
function settingsIn({ entry }: SingleContent): string | null {
  if (entry.size > LONGEST_SETTINGS * 4) return null;
  return unpack(entry).toString('utf8');
}
