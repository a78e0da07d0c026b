import { joined } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';
import { placesOf } from './block-row-store.js';
import type { BlockBytes, BlockStore, Removal, StoredBlock, Stray } from './block-store.js';
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

/**
 * Keeps the bytes of new blocks in a store of objects, one object for each below `<repository id>/<folder>/`. Those that stand in the
 * database stay readable; gc moves them when it packs them anew.
 * @param warn gets a line about what could not be removed
 */
export function objectBlocks(objects: ObjectStore, warn: (line: string, cause: unknown) => void): BlockStore {
  const { location } = objects;
  const folderOf = rememberedFolders();
  const keyOf = async (db: Database, repositoryId: number) => {
    const folder = await folderOf(db, repositoryId);
    return (id: string) => `${folder}/${id}`;
  };
  let checked = { until: 0, result: Promise.resolve() };
  return {
    location,
    put: async (db, repositoryId, blocks) => {
      if (blocks.length === 0) return;
      const key = await keyOf(db, repositoryId);
      await inParallel(blocks, UPLOADS, ({ id, bytes }) => objects.put(key(id), joined(bytes)));
    },
    putWithin: async () => {},
    get: async function* (db, repositoryId, blocks) {
      yield* databaseBlocks.get(
        db,
        repositoryId,
        blocks.filter((block) => block.location === null),
      );
      const outside = blocks.filter((block) => block.location !== null);
      if (outside.length === 0) return;
      const strange = outside.find((block) => block.location !== location);
      if (strange) throw elsewhere(strange);
      const key = await keyOf(db, repositoryId);
      yield* ahead(outside, async ({ id, packedSize }) => {
        const bytes = await objects.get(key(id), packedSize);
        return bytes && { id, bytes: [bytes] };
      });
    },
    delete: async (db, repositoryId, blocks): Promise<Removal> => {
      const outside = blocks.filter((block) => block.location !== null);
      if (outside.length === 0) return { left: 0, keepsVersions: false };
      try {
        const strange = outside.find((block) => block.location !== location);
        if (strange) throw elsewhere(strange);
        const key = await keyOf(db, repositoryId);
        return { left: 0, ...(await objects.delete(outside.map(({ id }) => key(id)))) };
      } catch (error) {
        // Their rows are gone: they are out of everybody's sight, and whoever asked has what they asked for.
        warn(`${outside.length} objects could not be removed; gc removes them from tomorrow on`, error);
        return { left: outside.length, keepsVersions: false };
      }
    },
    strays: async function* (db, repositoryId, before) {
      for await (const page of objects.list(await folderOf(db, repositoryId))) {
        const old = page.flatMap(({ key, bytes, writtenAt }): Stray[] => {
          const id = BLOCK_KEY.exec(key)?.[1];
          return id !== undefined && writtenAt < before ? [{ id, location, bytes }] : [];
        });
        const known = await placesOf(
          db,
          repositoryId,
          old.map(({ id }) => id),
        );
        const strays = old.filter(({ id }) => known.get(id) !== location);
        if (strays.length > 0) yield strays;
      }
    },
    check: () => {
      if (Date.now() >= checked.until) checked = { until: Date.now() + CHECK_HOLDS, result: objects.check() };
      return checked.result;
    },
  };
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
