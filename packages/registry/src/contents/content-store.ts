import type { PackedContent } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';
import { describePurge } from '../purge/purge.js';
import { purgesAmong } from '../purge/purge-store.js';
import { storeReadings } from '../recordings/reading-store.js';
import type { Reading } from '../recordings/recording.js';
import type { SecretFinding } from '../secrets/secret-finding.js';

/** Bytes of one stored chunk. */
const CHUNK_BYTES = 512 * 1024;

/** Bytes of packed content that one query may fetch, so that memory stays bounded whatever is asked for. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_COUNT = 500;

export interface NewContent {
  digest: string;
  packed: PackedContent;
  reading: Reading;
  /** What looks like a secret in it, and is let in. */
  findings: SecretFinding[];
}

export interface StoredContent extends PackedContent {
  digest: string;
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

/** What became of contents that were to be stored. The others were here before. */
export interface StoreReceipt {
  /** How many were new. */
  stored: number;
  /** Contents that were purged: their bytes are not taken in again. */
  refused: { digest: string; message: string }[];
}

/** Stores contents with what was understood of them, except those that an admin purged. */
export async function storeContents(
  db: Database,
  repositoryId: number,
  added: NewContent[],
): Promise<StoreReceipt> {
  if (added.length === 0) return { stored: 0, refused: [] };
  // An archive may hold the same content twice. One order for everybody, so that two uploads of the same contents
  // cannot wait for each other in a circle.
  const unique = new Map(added.map((content) => [content.digest, content]));
  const sorted = [...unique.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return await db.transaction(async (tx) => {
    const heads = sorted.map(({ digest, packed }) => ({
      digest,
      size: packed.size,
      packed: packed.bytes.reduce((sum, chunk) => sum + chunk.length, 0),
      method: packed.method === 'deflate' ? 8 : 0,
      crc32: packed.crc32,
    }));
    const stored = await rows<{ digest: string }>(
      tx,
      sql`insert into contents (repository_id, digest, size, packed_size, method, crc32)
          select ${repositoryId}, decode(n.digest, 'hex'), n.size, n.packed, n.method, n.crc32
          from json_to_recordset(${JSON.stringify(heads)}::text::json)
            as n (digest text, size int, packed int, method smallint, crc32 bigint)
          on conflict do nothing returning encode(digest, 'hex') as digest`,
    );
    const isNew = new Set(stored.map((row) => row.digest));
    const fresh = sorted.filter((content) => isNew.has(content.digest));
    for (const part of batchesOf(fresh, (content) =>
      content.packed.bytes.reduce((sum, b) => sum + b.length, 0),
    )) {
      const chunks = part.flatMap(({ digest, packed }) =>
        cut(packed.bytes).map((bytes, position) => ({ digest, position, bytes: bytes.toString('hex') })),
      );
      await tx.execute(sql`
        insert into content_chunks (repository_id, digest, position, bytes)
        select ${repositoryId}, decode(n.digest, 'hex'), n.position, decode(n.bytes, 'hex')
        from unnest(${sql.param(chunks.map((chunk) => chunk.digest))}::text[],
          ${sql.param(chunks.map((chunk) => chunk.position))}::int[],
          ${sql.param(chunks.map((chunk) => chunk.bytes))}::text[]) as n (digest, position, bytes)`);
    }
    await storeReadings(tx, repositoryId, fresh);
    // The row of a purged content stays, so its bytes were no new row above.
    const present = sorted.filter(({ digest }) => !isNew.has(digest)).map(({ digest }) => digest);
    const purges = await purgesAmong(tx, repositoryId, present);
    const refused = [...purges].map(([digest, purge]) => ({
      digest,
      message: `this content was ${describePurge(purge)}. Delete the file and record it anew`,
    }));
    return { stored: fresh.length, refused };
  });
}

/**
 * Removes the bytes of a content, and what tells more of them than their digest and size; its row stays. Postgres keeps
 * what was removed in its files until they are rewritten (`VACUUM FULL`), in its log, and in backups.
 * @returns how many bytes were stored
 */
export async function dropBytes(tx: Database, repositoryId: number, digest: string): Promise<number> {
  const content = sql`repository_id = ${repositoryId} and digest = decode(${digest}, 'hex')`;
  const [held] = await rows<{ packedSize: number }>(
    tx,
    sql`select packed_size as "packedSize" from contents where ${content}`,
  );
  await tx.execute(sql`delete from content_chunks where ${content}`);
  await tx.execute(sql`update contents set packed_size = 0, method = 0, crc32 = 0 where ${content}`);
  return held?.packedSize ?? 0;
}

/**
 * Gives the contents of the digests as they are stored, a few at a time; digests that the repository lacks, and purged
 * ones, are left out. The next batch is fetched while the caller works on this one.
 */
export async function* loadContents(
  db: Database,
  repositoryId: number,
  digests: string[],
): AsyncGenerator<StoredContent> {
  const heads = await rows<ContentHead>(
    db,
    sql`select encode(digest, 'hex') as digest, size, packed_size as "packedSize", method, crc32 from contents
        where repository_id = ${repositoryId} and digest in ${digestsOf(digests)} and purged_at is null`,
  );
  const batches = batchesOf(heads, (head) => head.packedSize);
  let next = fetchBatch(db, repositoryId, batches[0]);
  for (let index = 0; index < batches.length; index++) {
    const batch = await next;
    next = fetchBatch(db, repositoryId, batches[index + 1]);
    // Nobody waits for the batch ahead if the caller stops; its failure must not end the process.
    next.catch(() => {});
    yield* batch;
  }
}

interface ContentHead {
  digest: string;
  size: number;
  packedSize: number;
  method: number;
  crc32: number;
}

async function fetchBatch(
  db: Database,
  repositoryId: number,
  heads: ContentHead[] | undefined,
): Promise<StoredContent[]> {
  if (!heads) return [];
  const chunks = await rows<{ digest: string; bytes: Uint8Array }>(
    db,
    sql`select encode(digest, 'hex') as digest, bytes from content_chunks
        where repository_id = ${repositoryId} and digest in ${digestsOf(heads.map((head) => head.digest))}
        order by digest, position`,
  );
  const byDigest = new Map<string, Uint8Array[]>();
  for (const chunk of chunks) {
    const list = byDigest.get(chunk.digest);
    if (list) list.push(chunk.bytes);
    else byDigest.set(chunk.digest, [chunk.bytes]);
  }
  // What was purged since the first look has no bytes any more; a content of no bytes never had any.
  const whole = heads.filter((head) => byDigest.has(head.digest) || head.packedSize === 0);
  return whole.map((head) => ({
    digest: head.digest,
    size: head.size,
    method: head.method === 8 ? 'deflate' : 'store',
    crc32: Number(head.crc32),
    bytes: byDigest.get(head.digest) ?? [],
  }));
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
