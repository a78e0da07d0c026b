import { randomUUID } from 'node:crypto';
import type { Codec } from '@fixture-registry/protocol';
import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { digestsOf } from '../../database/statements/stored-digests.js';
import type { Reading } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { slicesOf } from '../../vocabulary/slices.js';
import { addBlockRows } from '../blocks/block-row-store.js';
import type { BlockStore } from '../blocks/block-store.js';
import { storeReadings } from './reading-store.js';

export interface NewContent {
  digest: string;
  size: number;
  /** The offset in the unpacked block. */
  start: number;
  reading: Reading;
  /** Its allowed secret findings. */
  findings: SecretFinding[];
}

/** A block to store. Every byte of it belongs to one of its contents. */
export interface NewBlock {
  codec: Codec;
  rawSize: number;
  bytes: Uint8Array[];
  contents: NewContent[];
}

/**
 * Digests of one statement. The driver builds its parameters in one step, and in the embedded database the
 * statements of other requests wait for it.
 */
const LOOKED_UP_AT_ONCE = 5_000;

/**
 * Returns the digests whose contents the repository lacks, and locks the other contents until the transaction
 * ends: otherwise unreferenced contents could be collected before the push refers to them.
 */
export function lockContents(
  tx: Database,
  repositoryId: number,
  digests: readonly string[],
): Promise<string[]> {
  return findMissing(tx, repositoryId, digests, sql`for key share`);
}

/** Returns the digests whose contents the repository lacks now. */
export function missingContents(
  db: Database,
  repositoryId: number,
  digests: readonly string[],
): Promise<string[]> {
  return findMissing(db, repositoryId, digests, sql``);
}

async function findMissing(
  db: Database,
  repositoryId: number,
  digests: readonly string[],
  lock: SQL,
): Promise<string[]> {
  if (digests.length === 0) return [];
  const missing: string[] = [];
  for await (const slice of slicesOf(digests, { size: LOOKED_UP_AT_ONCE })) {
    const found = await rows<{ digest: string }>(
      db,
      sql`select encode(digest, 'hex') as digest from contents
          where repository_id = ${repositoryId} and digest = ${digestsOf(slice)} ${lock}`,
    );
    const present = new Set(found.map((row) => row.digest));
    for (const digest of slice) if (!present.has(digest)) missing.push(digest);
  }
  return missing;
}

/** The digests whose bytes are stored. */
export async function storedContents(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Set<string>> {
  if (digests.length === 0) return new Set();
  const found = await rows<{ digest: string }>(
    db,
    sql`select encode(digest, 'hex') as digest from contents
        where repository_id = ${repositoryId} and digest = ${digestsOf(digests)} and purged_at is null`,
  );
  return new Set(found.map(({ digest }) => digest));
}

/** A content of a block was stored or purged in the meantime, so the block must not be stored unchanged. */
export class KnownMeanwhile extends Error {}

/**
 * Stores blocks with the readings of their contents, all or nothing. Every byte of a stored block must belong
 * to one of its contents: an unreferenced second copy would survive a purge.
 * @throws KnownMeanwhile when one of the contents was stored or purged in the meantime; then nothing is
 *   stored
 */
export async function storeBlocks(
  db: Database,
  store: BlockStore,
  repositoryId: number,
  added: NewBlock[],
): Promise<void> {
  if (added.length === 0) return;
  const blocks = added.map((block) => ({ ...block, id: randomUUID() as string }));
  // A fixed order prevents a deadlock between two uploads of the same contents.
  const contents = blocks
    .flatMap(({ id, contents: within }) => within.map((content) => ({ ...content, blockId: id })))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const { location } = store;
  const places = blocks.map(({ id }) => ({ id, location }));
  await store.put(db, repositoryId, blocks).catch(async (error) => {
    await store.delete(db, repositoryId, places);
    throw error;
  });
  try {
    await db.transaction(async (tx) => {
      const heads = blocks.map(({ id, codec, rawSize, bytes }) => {
        const packedSize = bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
        return { id, codec, rawSize, packedSize, location };
      });
      await addBlockRows(tx, repositoryId, heads);
      const count = await addContentRows(tx, repositoryId, contents);
      if (count < contents.length) throw new KnownMeanwhile();
      await store.putWithin(tx, repositoryId, blocks);
      await storeReadings(tx, repositoryId, contents);
    });
  } catch (error) {
    // After any other failure, the rows may have been committed: leave the bytes to gc, which checks.
    if (error instanceof KnownMeanwhile) await store.delete(db, repositoryId, places);
    throw error;
  }
}

/** Returns the number of new rows. */
async function addContentRows(
  tx: Database,
  repositoryId: number,
  contents: (NewContent & { blockId: string })[],
): Promise<number> {
  const values = contents.map(({ digest, size, start, blockId }) => ({ digest, size, start, blockId }));
  const stored = await rows(
    tx,
    sql`insert into contents (repository_id, digest, size, block_id, start)
        select ${repositoryId}, decode(n.digest, 'hex'), n.size, n."blockId"::uuid, n.start
        from json_to_recordset(${JSON.stringify(values)}::text::json)
          as n (digest text, size int, "blockId" text, start int)
        on conflict do nothing returning size`,
  );
  return stored.length;
}
