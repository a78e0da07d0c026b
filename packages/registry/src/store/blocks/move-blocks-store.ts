import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { StoredBlock } from './block-store.js';

/** The number of blocks in a location (null: the database), and their bytes as stored. */
export interface PlaceUse {
  location: string | null;
  count: number;
  bytes: number;
}

/** All locations with blocks of any repository. */
export function placesInUse(db: Database): Promise<PlaceUse[]> {
  return rows(
    db,
    sql`select location, count(*)::int as count, coalesce(sum(packed_size), 0)::float8 as bytes
        from blocks group by location order by location nulls first`,
  );
}

/** The repositories with blocks in one of the locations. */
export async function repositoriesIn(db: Database, places: (string | null)[]): Promise<number[]> {
  const found = await rows<{ id: number }>(
    db,
    sql`select r.id from repositories r
        where exists (select 1 from blocks b where b.repository_id = r.id and ${isIn(places)}) order by r.id`,
  );
  return found.map(({ id }) => id);
}

/** A page of a repository's blocks in the locations, ordered by id. */
export function blocksIn(
  db: Database,
  repositoryId: number,
  places: (string | null)[],
  page: { after: string | null; count: number },
): Promise<StoredBlock[]> {
  const behind = page.after === null ? sql`true` : sql`b.id > ${page.after}::uuid`;
  return rows(
    db,
    sql`select b.id::text as id, b.packed_size as "packedSize", b.location from blocks b
        where b.repository_id = ${repositoryId} and ${isIn(places)} and ${behind} order by b.id limit ${page.count}`,
  );
}

/**
 * Locks those of the blocks that exist in one of the locations. It skips blocks that gc is about to remove,
 * to avoid a deadlock.
 */
export function lockBlocks(
  tx: Database,
  repositoryId: number,
  places: (string | null)[],
  ids: string[],
): Promise<StoredBlock[]> {
  return rows(
    tx,
    sql`select b.id::text as id, b.packed_size as "packedSize", b.location from blocks b
        where b.repository_id = ${repositoryId} and ${isIn(places)}
          and b.id in (select i::uuid from unnest(${sql.param(ids)}::text[]) i) order by b.id for update skip locked`,
  );
}

/** The id of a block, and the id of its copy in the new location. */
export interface Move {
  from: string;
  to: string;
}

/** Writes the rows of the copies. */
export async function copyBlockRows(
  tx: Database,
  repositoryId: number,
  moves: Move[],
  location: string | null,
): Promise<void> {
  await tx.execute(sql`
    insert into blocks (repository_id, id, codec, raw_size, packed_size, location, created_at)
    select b.repository_id, n."to"::uuid, b.codec, b.raw_size, b.packed_size, ${location}::text, b.created_at
    from json_to_recordset(${JSON.stringify(moves)}::text::json) as n ("from" text, "to" text)
    join blocks b on b.repository_id = ${repositoryId} and b.id = n."from"::uuid`);
}

/** Points contents to the copies. */
export async function followMoves(tx: Database, repositoryId: number, moves: Move[]): Promise<void> {
  // A fixed order prevents a deadlock with the collection of contents.
  await tx.execute(sql`
    select 1 from contents where repository_id = ${repositoryId} and block_id in
      (select i::uuid from unnest(${sql.param(moves.map(({ from }) => from))}::text[]) i)
    order by digest for no key update`);
  await tx.execute(sql`
    update contents c set block_id = n."to"::uuid
    from json_to_recordset(${JSON.stringify(moves)}::text::json) as n ("from" text, "to" text)
    where c.repository_id = ${repositoryId} and c.block_id = n."from"::uuid`);
}

function isIn(places: (string | null)[]) {
  const outside = places.filter((place) => place !== null);
  const inside = places.includes(null) ? sql`b.location is null` : sql`false`;
  return sql`(${inside} or b.location = any(${sql.param(outside)}::text[]))`;
}
