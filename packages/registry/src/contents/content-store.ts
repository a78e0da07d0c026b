import { randomUUID } from 'node:crypto';
import type { Codec } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { addBlockRows, removeBlockRows } from '../blocks/block-row-store.js';
import type { BlockStore } from '../blocks/block-store.js';
import { type Database, rows } from '../database/database.js';
import { purgesAmong } from '../purge/purge-store.js';
import { storeReadings } from '../recordings/reading-store.js';
import type { Reading } from '../recordings/recording.js';
import type { SecretFinding } from '../secrets/secret-finding.js';

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

const digestsOf = (digests: string[]) =>
  sql`(select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d)`;

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
  const held = await rows<{ digest: string }>(
    tx,
    sql`select encode(digest, 'hex') as digest from contents
        where repository_id = ${repositoryId} and digest in ${digestsOf(digests)} for key share`,
  );
  const present = new Set(held.map((row) => row.digest));
  return digests.filter((digest) => !present.has(digest));
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
        where repository_id = ${repositoryId} and digest in ${digestsOf(digests)} and purged_at is null`,
  );
  return new Set(held.map(({ digest }) => digest));
}

/** A content of a block was purged a moment ago: the block must not be stored as it is. */
export class PurgedMeanwhile extends Error {}

/**
 * Stores blocks with what was understood of their contents. A content that somebody else stored meanwhile stays where it is; its
 * bytes here belong to nobody then, and a block of nothing else is not stored.
 * @returns how many contents were new
 * @throws PurgedMeanwhile when nothing was stored because a content in them was purged since it was looked for
 */
export async function storeBlocks(
  db: Database,
  store: BlockStore,
  repositoryId: number,
  added: NewBlock[],
): Promise<number> {
  if (added.length === 0) return 0;
  const blocks = added.map((block) => ({ ...block, id: randomUUID() as string }));
  // One order for everybody, so that two uploads of the same contents cannot wait for each other in a circle.
  const contents = blocks
    .flatMap(({ id, contents: within }) => within.map((content) => ({ ...content, blockId: id })))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  await store.put(repositoryId, blocks);
  let unused: string[] = blocks.map(({ id }) => id);
  try {
    return await db.transaction(async (tx) => {
      const heads = blocks.map(({ id, codec, rawSize, bytes }) => {
        const packedSize = bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
        return { id, codec, rawSize, packedSize };
      });
      await addBlockRows(tx, repositoryId, heads);
      const fresh = await addContentRows(tx, repositoryId, contents);
      if (fresh.length < contents.length) {
        const isNew = new Set(fresh.map(({ digest }) => digest));
        const others = contents.map(({ digest }) => digest).filter((digest) => !isNew.has(digest));
        const purges = await purgesAmong(tx, repositoryId, others);
        if (purges.size > 0) throw new PurgedMeanwhile();
      }
      const used = new Set(fresh.map(({ blockId }) => blockId));
      const empty = blocks.filter(({ id }) => !used.has(id)).map(({ id }) => id);
      await removeBlockRows(tx, repositoryId, empty);
      await store.putWithin(
        tx,
        repositoryId,
        blocks.filter(({ id }) => used.has(id)),
      );
      await storeReadings(tx, repositoryId, fresh);
      unused = empty;
      return fresh.length;
    });
  } finally {
    await store.delete(repositoryId, unused);
  }
}

/** Gives those that were new. */
async function addContentRows<Content extends NewContent & { blockId: string }>(
  tx: Database,
  repositoryId: number,
  contents: Content[],
): Promise<Content[]> {
  const values = contents.map(({ digest, size, start, blockId }) => ({ digest, size, start, blockId }));
  const stored = await rows<{ digest: string; blockId: string }>(
    tx,
    sql`insert into contents (repository_id, digest, size, block_id, start)
        select ${repositoryId}, decode(n.digest, 'hex'), n.size, n."blockId"::uuid, n.start
        from json_to_recordset(${JSON.stringify(values)}::text::json)
          as n (digest text, size int, "blockId" text, start int)
        on conflict do nothing returning encode(digest, 'hex') as digest, block_id::text as "blockId"`,
  );
  const blocks = new Map(stored.map((row) => [row.digest, row.blockId]));
  return contents.filter(({ digest, blockId }) => blocks.get(digest) === blockId);
}
