import { randomUUID } from 'node:crypto';
import type { Codec } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { slicesOf } from '../../database/statements/slices.js';
import type { Reading } from '../../vocabulary/recording.js';
import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import { addBlockRows } from '../blocks/block-row-store.js';
import type { BlockStore } from '../blocks/block-store.js';
import { storeReadings } from './reading-store.js';

export interface NewContent {
  digest: string;
  size: number;
  /** Where it begins in the unpacked block. */
  start: number;
  reading: Reading;
  /** What looks like a secret in it, and is let in. */
  findings: SecretFinding[];
}

/** A block as it is to be stored: every byte of it belongs to one of its contents. */
export interface NewBlock {
  codec: Codec;
  rawSize: number;
  bytes: Uint8Array[];
  contents: NewContent[];
}

/** As an array, so that each is looked up whatever the planner believes of the table: a join may read all of it for ten. */
const digestsOf = (digests: readonly string[]) =>
  sql`any(array(select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d))`;

/** Digests of one statement: the driver builds its parameters in one step. */
const LOOKED_UP_AT_ONCE = 20_000;

/**
 * Those of the digests whose contents the repository lacks. The others are held until the transaction ends: content
 * that nobody refers to yet cannot be collected between this look and the entry that refers to it.
 */
export async function missingContents(
  tx: Database,
  repositoryId: number,
  digests: string[],
): Promise<string[]> {
  if (digests.length === 0) return [];
  const missing: string[] = [];
  for await (const slice of slicesOf(digests, LOOKED_UP_AT_ONCE)) {
    const held = await rows<{ digest: string }>(
      tx,
      sql`select encode(digest, 'hex') as digest from contents
          where repository_id = ${repositoryId} and digest = ${digestsOf(slice)} for key share`,
    );
    const present = new Set(held.map((row) => row.digest));
    for (const digest of slice) if (!present.has(digest)) missing.push(digest);
  }
  return missing;
}

/** Those of the digests whose bytes are here. */
export async function heldContents(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<Set<string>> {
  if (digests.length === 0) return new Set();
  const held = await rows<{ digest: string }>(
    db,
    sql`select encode(digest, 'hex') as digest from contents
        where repository_id = ${repositoryId} and digest = ${digestsOf(digests)} and purged_at is null`,
  );
  return new Set(held.map(({ digest }) => digest));
}

/** A content of a block is here by now, or was purged: the block must not be stored as it is. */
export class KnownMeanwhile extends Error {}

/**
 * Stores blocks with what was understood of their contents, all of them or nothing. Every byte of a stored block belongs to a
 * content that stands in it: a second copy in a place that nothing refers to would outlive a purge.
 * @throws KnownMeanwhile when nothing was stored because one of the contents came in, or was purged, since it was looked for
 */
export async function storeBlocks(
  db: Database,
  store: BlockStore,
  repositoryId: number,
  added: NewBlock[],
): Promise<void> {
  if (added.length === 0) return;
  const blocks = added.map((block) => ({ ...block, id: randomUUID() as string }));
  // One order for everybody, so that two uploads of the same contents cannot wait for each other in a circle.
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
    // Of another failure nobody knows whether the rows are there all the same: those bytes are left to gc, which looks.
    if (error instanceof KnownMeanwhile) await store.delete(db, repositoryId, places);
    throw error;
  }
}

/** Gives how many were new. */
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
