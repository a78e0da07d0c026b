import type { Codec } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { BlockPlace, StoredBlock } from './block-store.js';

/** How codecs are written in the database: 0 and 8 as in a zip, from which the first contents were taken over. */
const CODEC_NUMBERS: Record<Codec, number> = { raw: 0, deflate: 8, brotli: 100 };
const CODECS = new Map(Object.entries(CODEC_NUMBERS).map(([codec, number]) => [number, codec as Codec]));

/** What is known of a block without its bytes. */
export interface BlockHead extends StoredBlock {
  codec: Codec;
  /** Bytes, unpacked. */
  rawSize: number;
}

/** A content's place in a block. */
export interface Placed {
  digest: string;
  size: number;
  start: number;
}

/** A block with the contents that stand in it, in their order. Bytes of it may belong to none any more. */
export interface LocatedBlock extends BlockHead {
  members: Placed[];
}

const idsOf = (ids: string[]) => sql`(select i::uuid from unnest(${sql.param(ids)}::text[]) i)`;

/**
 * Keeps everybody else in this transaction's way who moves contents of the repository from block to block: two that rewrote one
 * block at once would each bring back what the other took out. Pushes and pulls go on.
 */
export async function holdBlocks(tx: Database, repositoryId: number): Promise<void> {
  await tx.execute(sql`select 1 from repositories where id = ${repositoryId} for no key update`);
}

/** The ids of the blocks in which contents stand. Contents that stand in none are left out. */
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

/** Blocks of which it is looked up together what stands in them: however many there are, few are in memory. */
const LOCATED_AT_ONCE = 200;

/** The same as `blocksWithin`, some at a time. */
export async function* blocksInPortions(
  db: Database,
  repositoryId: number,
  ids: string[],
): AsyncGenerator<LocatedBlock[]> {
  for (let start = 0; start < ids.length; start += LOCATED_AT_ONCE) {
    yield await blocksWithin(db, repositoryId, ids.slice(start, start + LOCATED_AT_ONCE));
  }
}

/** Blocks by their ids, with all that stands in them; those that are gone, and those in which nothing stands, are left out. */
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

/** Removes the rows of blocks in which nothing stands; the bytes in the database go with them. Gives those that were removed. */
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

/** Where the blocks of these ids stand, also such as nothing stands in; those that are gone are left out. */
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

/** Makes contents stand elsewhere. Those that are gone meanwhile stay so. */
export async function moveContents(
  tx: Database,
  repositoryId: number,
  moved: (Placed & { blockId: string })[],
): Promise<void> {
  // In one order, so that it and the collecting of contents cannot wait for each other in a circle.
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
  if (!codec) throw new Error(`a block is packed in a way that this version does not know (${number})`);
  return codec;
}
