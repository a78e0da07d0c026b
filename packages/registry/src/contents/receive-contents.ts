import { type ArchiveEntry, LIMITS, readArchive, unpack } from '@fixture-registry/protocol';
import type { Caller } from '../access/caller.js';
import type { Database } from '../database/database.js';
import type { Allowances } from '../secrets/allowance.js';
import type { SecretFinding } from '../secrets/secret-finding.js';
import { LONGEST_SETTINGS } from '../settings/settings.js';
import { auditReceipt } from './audit-receipt.js';
import type { ContentReader } from './content-reader.js';
import { type NewContent, storeContents } from './content-store.js';
import { readEntryName } from './entry-name.js';

/** Packed bytes, and recordings, after which what was received is stored. */
const STORE_AFTER_BYTES = 2 * 1024 * 1024;
const STORE_AFTER_COUNT = 200;

export interface Receipt {
  stored: number;
  /** Contents that were here before. */
  present: number;
  refused: RefusedContent[];
}

/** A content that is not taken in, and why. */
export interface RefusedContent {
  digest: string;
  message: string;
  path?: string;
  /** What looks like a secret in it, where that is why. */
  findings?: SecretFinding[];
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
 * Takes in an archive whose entries are named by their digests, and the paths that they are for. What looks like it holds
 * a secret is not stored, unless that is allowed. What arrived whole stays, also when the archive breaks
 * off later: asking again what is missing then gives the rest. Throws `ArchiveError` when it is not an archive.
 */
export async function receiveContents(
  db: Database,
  reader: ContentReader,
  into: UploadTarget,
  archive: AsyncIterable<Uint8Array>,
): Promise<Receipt> {
  const receipt: Receipt = { stored: 0, present: 0, refused: [] };
  let batch: ArchiveEntry[] = [];
  let bytes = 0;
  // One batch is read and stored while the next one arrives; no more are in memory.
  let storing = Promise.resolve();
  let allowances: Promise<Allowances> | null = null;
  const store = async () => {
    await storing;
    allowances ??= into.allowances(null);
    storing = storeBatch(
      db,
      reader,
      { repositoryId: into.repositoryId, allowances: await allowances },
      batch,
      receipt,
    );
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
      if (entry.name === SETTINGS_ENTRY && allowances === null && batch.length === 0) {
        allowances = into.allowances(settingsIn(entry));
        continue;
      }
      batch.push(entry);
      bytes += packedBytes(entry);
      if (bytes >= STORE_AFTER_BYTES || batch.length >= STORE_AFTER_COUNT) await store();
    }
  } finally {
    await store();
    await storing;
    await auditReceipt(db, into, receipt);
  }
  return receipt;
}

async function storeBatch(
  db: Database,
  reader: ContentReader,
  into: { repositoryId: number; allowances: Allowances },
  batch: ArchiveEntry[],
  receipt: Receipt,
): Promise<void> {
  const taken: NewContent[] = [];
  const takeIn = async ({ name, ...packed }: ArchiveEntry) => {
    const named = readEntryName(name);
    const content = 'refused' in named ? named : await reader.read(packed);
    const digest = name.slice(0, 64);
    if ('refused' in content) {
      receipt.refused.push({ digest, message: content.refused });
    } else if (content.digest !== digest) {
      const message = 'the content does not have the digest that it is named by';
      receipt.refused.push({ digest, message });
    } else {
      const path = 'path' in named ? named.path : null;
      const { reading, findings } = content;
      const refused = into.allowances.refused({ digest, path }, findings);
      if (refused.length === 0) taken.push({ digest, packed, reading, findings });
      else receipt.refused.push({ digest, ...(path !== null && { path }), ...secretsRefused(refused) });
    }
  };
  await Promise.all(batch.map(takeIn));
  const { stored, refused } = await storeContents(db, into.repositoryId, taken);
  receipt.stored += stored;
  receipt.refused.push(...refused);
  receipt.present += taken.length - stored - refused.length;
}

function secretsRefused(findings: SecretFinding[]): Pick<RefusedContent, 'message' | 'findings'> {
  const kinds = [...new Set(findings.map(({ kind }) => kind))].join(', ');
  return { message: `it holds what looks like a secret: ${kinds}`, findings };
}

/** The text of the settings file that came along; null where it is none that would be read. */
function settingsIn(entry: ArchiveEntry): string | null {
  if (entry.size > LONGEST_SETTINGS * 4) return null;
  return unpack(entry).toString('utf8');
}

const packedBytes = (entry: ArchiveEntry) => entry.bytes.reduce((sum, chunk) => sum + chunk.length, 0);
