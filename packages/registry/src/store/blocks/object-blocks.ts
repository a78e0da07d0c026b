import { joined } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { placesOf } from './block-row-store.js';
import type { BlockBytes, BlockPlace, BlockStore, Removal, StoredBlock, Stray } from './block-store.js';
import { elsewhere } from './block-store-error.js';
import { databaseBlocks } from './database-blocks.js';
import type { ObjectStore } from './object-store.js';

/** Objects that one pull has on their way or holds, and their bytes; a larger one goes alone. */
const AHEAD = 8;
const AHEAD_BYTES = 4 * 1024 * 1024;

/** Objects that one push has on their way. */
const UPLOADS = 6;

/** A check tells the same for so many milliseconds: whoever may ask for nothing else may ask for that. */
const CHECK_HOLDS = 3_000;

const BLOCK_KEY = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Stores of objects: where new blocks go (null: into the database), and where they went before (null: nowhere else). */
export interface ObjectStores {
  now: ObjectStore | null;
  before: ObjectStore | null;
}

/**
 * Keeps the bytes of blocks in stores of objects, one object for each below `<repository id>/<folder>/`, beside those that stand in the
 * database: each row says where. New ones go to one place; `moveBlocks` brings the others there, and so does gc when it packs them
 * anew.
 * @param warn gets a line about what could not be removed
 */
export function objectBlocks(
  { now, before }: ObjectStores,
  warn: (line: string, cause: unknown) => void,
): BlockStore {
  const location = now?.location ?? null;
  const stores = [now, before].filter((store) => store !== null);
  const byLocation = new Map(stores.map((store) => [store.location, store]));
  const folderOf = rememberedFolders();
  const keyOf = async (db: Database, repositoryId: number) => {
    const folder = await folderOf(db, repositoryId);
    return (id: string) => `${folder}/${id}`;
  };
  /** The blocks that stand in each store. Throws for one that stands where this process does not look. */
  const apart = <Place extends BlockPlace>(blocks: Place[]): [ObjectStore, Place[]][] => {
    const strange = blocks.find((block) => block.location !== null && !byLocation.has(block.location));
    if (strange) throw elsewhere(strange);
    return stores
      .map((store): [ObjectStore, Place[]] => [
        store,
        blocks.filter((block) => block.location === store.location),
      ])
      .filter(([, within]) => within.length > 0);
  };
  let checked = { until: 0, result: Promise.resolve() };
  return {
    location,
    outside: [...byLocation.keys()],
    put: async (db, repositoryId, blocks) => {
      if (now === null || blocks.length === 0) return;
      const key = await keyOf(db, repositoryId);
      await inParallel(blocks, UPLOADS, ({ id, bytes }) => now.put(key(id), joined(bytes)));
    },
    putWithin: async (tx, repositoryId, blocks) => {
      if (now === null) await databaseBlocks.putWithin(tx, repositoryId, blocks);
    },
    get: async function* (db, repositoryId, blocks) {
      const outside = apart(blocks);
      const inside = blocks.filter((block) => block.location === null);
      yield* databaseBlocks.get(db, repositoryId, inside);
      if (outside.length === 0) return;
      const key = await keyOf(db, repositoryId);
      for (const [store, within] of outside) {
        yield* ahead(within, async ({ id, packedSize }) => {
          const bytes = await store.get(key(id), packedSize);
          return bytes && { id, bytes: [bytes] };
        });
      }
    },
    addressOf: async (db, repositoryId, block) => {
      const store = block.location === null ? undefined : byLocation.get(block.location);
      return store ? store.addressOf((await keyOf(db, repositoryId))(block.id)) : null;
    },
    delete: async (db, repositoryId, blocks): Promise<Removal> => {
      const removal: Removal = { left: 0, keepsVersions: false };
      const outside = blocks.filter((block) => block.location !== null);
      try {
        for (const [store, within] of apart(outside)) {
          const key = await keyOf(db, repositoryId);
          const { keepsVersions } = await store.delete(within.map(({ id }) => key(id)));
          removal.keepsVersions ||= keepsVersions;
        }
      } catch (error) {
        // Their rows are gone: they are out of everybody's sight, and whoever asked has what they asked for.
        warn(`${outside.length} objects could not be removed; gc removes them from tomorrow on`, error);
        removal.left = outside.length;
      }
      return removal;
    },
    strays: async function* (db, repositoryId, olderThan) {
      for (const store of stores)
        yield* straysIn(store, await folderOf(db, repositoryId), db, repositoryId, olderThan);
    },
    check: () => {
      if (Date.now() >= checked.until) {
        const result = Promise.all(stores.map((store) => store.check())).then(() => {});
        checked = { until: Date.now() + CHECK_HOLDS, result };
      }
      return checked.result;
    },
  };
}

/** Objects of a folder that are older than a moment and belong to no row, a page at a time. */
async function* straysIn(
  { location, list }: ObjectStore,
  folder: string,
  db: Database,
  repositoryId: number,
  olderThan: Date,
): AsyncGenerator<Stray[]> {
  for await (const page of list(folder)) {
    const old = page.flatMap(({ key, bytes, writtenAt }): Stray[] => {
      const id = BLOCK_KEY.exec(key)?.[1];
      return id !== undefined && writtenAt < olderThan ? [{ id, location, bytes }] : [];
    });
    const ids = old.map(({ id }) => id);
    const known = await placesOf(db, repositoryId, ids);
    const strays = old.filter(({ id }) => known.get(id) !== location);
    if (strays.length > 0) yield strays;
  }
}

/** A repository's folder never changes, so each process remembers what it saw. */
function rememberedFolders(): (db: Database, repositoryId: number) => Promise<string> {
  const folders = new Map<number, string>();
  return async (db, repositoryId) => {
    const known = folders.get(repositoryId);
    if (known !== undefined) return known;
    const [found] = await rows<{ folder: string }>(
      db,
      sql`select folder::text as folder from repositories where id = ${repositoryId}`,
    );
    if (!found) throw new Error(`there is no repository ${repositoryId}`);
    const folder = `${repositoryId}/${found.folder}`;
    folders.set(repositoryId, folder);
    return folder;
  };
}

/** Fetches a few blocks ahead of whoever takes them, in their order, as many as the bounds allow. */
async function* ahead(
  blocks: StoredBlock[],
  fetchOne: (block: StoredBlock) => Promise<BlockBytes | null>,
): AsyncGenerator<BlockBytes> {
  const waiting: { size: number; bytes: Promise<BlockBytes | null> }[] = [];
  let held = 0;
  let next = 0;
  const start = () => {
    for (let block = blocks[next]; block; block = blocks[next]) {
      const { packedSize: size } = block;
      if (waiting.length >= AHEAD || (waiting.length > 0 && held + size > AHEAD_BYTES)) return;
      const bytes = fetchOne(block);
      // Nobody waits for it if the caller stops; its failure must not end the process.
      bytes.catch(() => {});
      waiting.push({ size, bytes });
      held += size;
      next++;
    }
  };
  for (start(); waiting.length > 0; start()) {
    const first = waiting.shift();
    const found = await first?.bytes;
    if (found) yield found;
    held -= first?.size ?? 0;
  }
}

async function inParallel<Item>(
  items: Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await work(item);
  };
  // All are waited for: what is still on its way when one failed would come after its removal.
  const ended = await Promise.allSettled(Array.from({ length: width }, lane));
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
}
