import { joined } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { placesOf } from './block-row-store.js';
import type { BlockBytes, BlockPlace, BlockStore, Removal, StoredBlock, Stray } from './block-store.js';
import { elsewhere } from './block-store-error.js';
import { databaseBlocks } from './database-blocks.js';
import type { ListedObject, ObjectStore } from './object-store.js';

/** The objects, and their bytes, that one pull prefetches; a larger object is fetched alone. */
const AHEAD = 8;
const AHEAD_BYTES = 4 * 1024 * 1024;

/** The concurrent uploads of one push. */
const UPLOADS = 6;

/** Milliseconds for which a check is cached: anonymous callers may request it as well. */
const CHECK_HOLDS = 3_000;

const BLOCK_KEY = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The object stores: `now` for new blocks (null: the database), `before` for older ones (null: no other). */
export interface ObjectStores {
  now: ObjectStore | null;
  before: ObjectStore | null;
}

/**
 * Stores the bytes of blocks in object stores, one object per block below `<repository id>/<folder>/`. Each
 * row has the location of its block, which may also be the database. New blocks go to one location;
 * `moveBlocks`, and gc when it repacks, move older ones there.
 * @param warn receives a line about objects that could not be removed
 */
export function objectBlocks(
  { now, before }: ObjectStores,
  warn: (line: string, cause: unknown) => void,
): BlockStore {
  const location = now?.location ?? null;
  const stores = [now, before].filter((store) => store !== null);
  const byLocation = new Map(stores.map((store) => [store.location, store]));
  const folderOf = cachedFolders();
  const keyOf = async (db: Database, repositoryId: number) => {
    const folder = await folderOf(db, repositoryId);
    return (id: string) => `${folder}/${id}`;
  };
  /** Groups blocks by store. Throws for a block in a store that is not configured. */
  const byStore = <Place extends BlockPlace>(blocks: Place[]): [ObjectStore, Place[]][] => {
    const unknown = blocks.find((block) => block.location !== null && !byLocation.has(block.location));
    if (unknown) throw elsewhere(unknown);
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
      const outside = byStore(blocks);
      const inside = blocks.filter((block) => block.location === null);
      yield* databaseBlocks.get(db, repositoryId, inside);
      if (outside.length === 0) return;
      const key = await keyOf(db, repositoryId);
      for (const [store, within] of outside) {
        yield* prefetched(within, async ({ id, packedSize }) => {
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
        for (const [store, within] of byStore(outside)) {
          const key = await keyOf(db, repositoryId);
          const { keepsVersions } = await store.delete(within.map(({ id }) => key(id)));
          removal.keepsVersions ||= keepsVersions;
        }
      } catch (error) {
        // The rows are removed, so nobody can read the contents any more: the request succeeded.
        warn(`${outside.length} objects could not be removed; gc removes them tomorrow or later`, error);
        removal.left = outside.length;
      }
      return removal;
    },
    strays: async (db, repositoryId, olderThan, after) => {
      const [, number = '0', key] = /^(\d+):(.*)$/.exec(after ?? '') ?? [];
      const store = stores[Number(number)];
      if (!store) return { strays: [], next: null };
      const page = await store.list(await folderOf(db, repositoryId), key || null);
      const strays = await straysAmong(page.objects, store, db, repositoryId, olderThan);
      const following = Number(number) + 1 < stores.length ? `${Number(number) + 1}:` : null;
      return { strays, next: page.next === null ? following : `${number}:${page.next}` };
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

/** The objects of a page that are older than a moment and have no row. */
async function straysAmong(
  objects: ListedObject[],
  { location }: ObjectStore,
  db: Database,
  repositoryId: number,
  olderThan: Date,
): Promise<Stray[]> {
  const old = objects.flatMap(({ key, bytes, writtenAt }): Stray[] => {
    const id = BLOCK_KEY.exec(key)?.[1];
    return id !== undefined && writtenAt < olderThan ? [{ id, location, bytes }] : [];
  });
  const known = await placesOf(
    db,
    repositoryId,
    old.map(({ id }) => id),
  );
  return old.filter(({ id }) => known.get(id) !== location);
}

/** Looks up a repository's folder, with a cache: the folder never changes. */
function cachedFolders(): (db: Database, repositoryId: number) => Promise<string> {
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

/** Fetches blocks in order, and prefetches as many as the bounds allow. */
async function* prefetched(
  blocks: StoredBlock[],
  fetchOne: (block: StoredBlock) => Promise<BlockBytes | null>,
): AsyncGenerator<BlockBytes> {
  const pending: { size: number; bytes: Promise<BlockBytes | null> }[] = [];
  let pendingBytes = 0;
  let next = 0;
  const start = () => {
    for (let block = blocks[next]; block; block = blocks[next]) {
      const { packedSize: size } = block;
      if (pending.length >= AHEAD || (pending.length > 0 && pendingBytes + size > AHEAD_BYTES)) return;
      const bytes = fetchOne(block);
      // If the caller stops, nothing awaits it; its failure must not crash the process.
      bytes.catch(() => {});
      pending.push({ size, bytes });
      pendingBytes += size;
      next++;
    }
  };
  for (start(); pending.length > 0; start()) {
    const first = pending.shift();
    const found = await first?.bytes;
    if (found) yield found;
    pendingBytes -= first?.size ?? 0;
  }
}

async function inParallel<Item>(
  items: Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  const lane = async () => {
    for (const item of remaining) await work(item);
  };
  // Wait for all, even after a failure: an upload that finished after the removal would leave an object
  // behind.
  const ended = await Promise.allSettled(Array.from({ length: width }, lane));
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
}
