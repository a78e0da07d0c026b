import type { Codec } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { BlockPlace, StoredBlock } from './block-store.js';

/**
 * The codecs' numbers in the database: 0 and 8 as in a zip file, for compatibility with the first contents.
 */
const CODEC_NUMBERS: Record<Codec, number> = { raw: 0, deflate: 8, brotli: 100 };
const CODECS = new Map(Object.entries(CODEC_NUMBERS).map(([codec, number]) => [number, codec as Codec]));

/** The row of a block, without its bytes. */
export interface BlockHead extends StoredBlock {
  codec: Codec;
  /** Size in bytes, unpacked. */
  rawSize: number;
}

/** A content's position in a block. */
export interface Placed {
  digest: string;
  size: number;
  start: number;
}

/** A block with its contents, in order. Some of its bytes may no longer belong to a content. */
export interface LocatedBlock extends BlockHead {
  members: Placed[];
}

const idsOf = (ids: string[]) => sql`(select i::uuid from unnest(${sql.param(ids)}::text[]) i)`;

/**
 * Locks the repository's blocks against other transactions that move contents between blocks: two concurrent
 * rewrites of a block would each restore what the other removed. Pushes and pulls continue.
 */
export async function lockRepositoryBlocks(tx: Database, repositoryId: number): Promise<void> {
  await tx.execute(sql`select 1 from repositories where id = ${repositoryId} for no key update`);
}

/** Limits how long each statement of a transaction waits for a lock, in milliseconds. */
export async function limitLockWait(tx: Database, milliseconds: number): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', ${String(milliseconds)}, true)`);
}

/** The ids of the blocks that contain the contents. */
export async function locateContents(
  db: Database,
  repositoryId: number,
  digests: string[],
): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    sql`select distinct c.block_id::text as id from contents c
        where c.repository_id = ${repositoryId} and c.block_id is not null
        and c.digest = any(array(select decode(d, 'hex') from unnest(${sql.param(digests)}::text[]) d))`,
  );
  return found.map(({ id }) => id);
}

/** The number of blocks to read in one query, which bounds memory. */
const LOCATED_AT_ONCE = 200;

/** The same as `blocksWithin`, in portions. */
export async function* blocksInPortions(
  db: Database,
  repositoryId: number,
  ids: string[],
): AsyncGenerator<LocatedBlock[]> {
  for (let start = 0; start < ids.length; start += LOCATED_AT_ONCE) {
    yield await blocksWithin(db, repositoryId, ids.slice(start, start + LOCATED_AT_ONCE));
  }
}

/** Blocks by id, with their contents; leaves out blocks that are gone or empty. */
export async function blocksWithin(
  db: Database,
  repositoryId: number,
  ids: string[],
): Promise<LocatedBlock[]> {
  if (ids.length === 0) return [];
  type Row = Placed & Omit<BlockHead, 'codec'> & { codec: number };
  const found = await rows<Row>(
    db,
    sql`select b.id::text as id, b.codec, b.raw_size as "rawSize", b.packed_size as "packedSize",
          b.location, encode(m.digest, 'hex') as digest, m.size, m.start
        from blocks b join contents m on m.repository_id = b.repository_id and m.block_id = b.id
        where b.repository_id = ${repositoryId} and b.id in (${idsOf(ids)}) order by b.id, m.start, m.size`,
  );
  const blocks: LocatedBlock[] = [];
  for (const { id, codec, rawSize, packedSize, location, ...member } of found) {
    const last = blocks.at(-1);
    if (last?.id === id) last.members.push(member);
    else blocks.push({ id, codec: codecOf(codec), rawSize, packedSize, location, members: [member] });
  }
  return blocks;
}

/** Writes the rows of new blocks. */
export async function addBlockRows(tx: Database, repositoryId: number, heads: BlockHead[]): Promise<void> {
  const values = heads.map(({ codec, ...head }) => ({ ...head, codec: CODEC_NUMBERS[codec] }));
  await tx.execute(sql`
    insert into blocks (repository_id, id, codec, raw_size, packed_size, location)
    select ${repositoryId}, n.id::uuid, n.codec, n."rawSize", n."packedSize", n.location
    from json_to_recordset(${JSON.stringify(values)}::text::json)
      as n (id text, codec smallint, "rawSize" int, "packedSize" int, location text)`);
}

/**
 * Removes the rows of blocks without contents, and their bytes in the database. Returns the removed blocks.
 */
export async function removeBlockRows(
  tx: Database,
  repositoryId: number,
  ids: string[],
): Promise<StoredBlock[]> {
  if (ids.length === 0) return [];
  return rows(
    tx,
    sql`delete from blocks b where b.repository_id = ${repositoryId} and b.id in (${idsOf(ids)})
        and not exists (select 1 from contents c where c.repository_id = b.repository_id and c.block_id = b.id)
        returning b.id::text as id, b.packed_size as "packedSize", b.location`,
  );
}

/** The locations of blocks by id, also of empty ones; leaves out blocks that are gone. */
export async function placesOf(
  db: Database,
  repositoryId: number,
  ids: string[],
): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map();
  const found = await rows<BlockPlace>(
    db,
    sql`select id::text as id, location from blocks where repository_id = ${repositoryId} and id in (${idsOf(ids)})`,
  );
  return new Map(found.map(({ id, location }) => [id, location]));
}

/** Moves contents to other blocks. Contents that were removed in the meantime stay removed. */
export async function moveContents(
  tx: Database,
  repositoryId: number,
  moved: (Placed & { blockId: string })[],
): Promise<void> {
  // A fixed order prevents a deadlock with the collection of contents.
  await tx.execute(sql`
    select 1 from contents where repository_id = ${repositoryId} and digest in
      (select decode(d, 'hex') from unnest(${sql.param(moved.map(({ digest }) => digest))}::text[]) d)
    order by digest for no key update`);
  await tx.execute(sql`
    update contents c set block_id = n."blockId"::uuid, start = n.start
    from json_to_recordset(${JSON.stringify(moved)}::text::json) as n (digest text, "blockId" text, start int)
    where c.repository_id = ${repositoryId} and c.digest = decode(n.digest, 'hex') and c.purged_at is null`);
}

function codecOf(number: number): Codec {
  const codec = CODECS.get(number);
  if (!codec) throw new Error(`a block has the codec ${number}, which this version does not support`);
  return codec;
}
