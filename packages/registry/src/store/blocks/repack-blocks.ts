import { randomUUID } from 'node:crypto';
import {
  contentIn,
  joined,
  type NewMember,
  packBlockAsync,
  unpackBytesAsync,
} from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import {
  addBlockRows,
  type BlockHead,
  blocksWithin,
  holdBlocks,
  type LocatedBlock,
  moveContents,
  removeBlockRows,
} from './block-row-store.js';
import type { BlockPlace, BlockStore } from './block-store.js';
import { lost } from './block-store-error.js';

/** What was replaced; the bytes of the old blocks are to be removed from the store once the transaction is through. */
export interface Repacked {
  removed: BlockPlace[];
  /** Bytes, as stored, that it takes less than before. */
  freed: number;
}

/**
 * Runs work that puts contents into other blocks: alone in its repository, and with the old blocks' bytes removed from the store once
 * it is through.
 */
export async function repacking(
  { db, blocks }: { db: Database; blocks: BlockStore },
  repositoryId: number,
  work: (tx: Database) => Promise<Repacked>,
): Promise<Repacked> {
  const done = await db.transaction(async (tx) => {
    await holdBlocks(tx, repositoryId);
    return work(tx);
  });
  await blocks.delete(db, repositoryId, done.removed);
  return done;
}

/** Unpacks blocks, and gives the contents that stand in them. */
export async function contentsOf(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  located: LocatedBlock[],
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const byId = new Map(located.map((block) => [block.id, block]));
  for await (const { id, bytes } of store.get(tx, repositoryId, located)) {
    const block = byId.get(id);
    if (!block) continue;
    byId.delete(id);
    const raw = await unpackBytesAsync(block.codec, joined(bytes), block.rawSize);
    for (const member of block.members) contents.set(member.digest, contentIn(raw, member));
  }
  const [gone] = byId.values();
  if (gone) throw lost(repositoryId, gone);
  return contents;
}

/**
 * Puts contents into new blocks, a block for each group, and removes the blocks in which they stood. The caller holds the repository's
 * blocks (`holdBlocks`), and every content that stands in an old block is in a group or no longer refers to it.
 */
export async function repack(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  old: { id: string }[],
  groups: NewMember[][],
): Promise<Repacked> {
  const made: (BlockHead & { bytes: Uint8Array[] })[] = [];
  const moved: Parameters<typeof moveContents>[2] = [];
  for (const group of groups) {
    const { codec, rawSize, bytes, members } = await packBlockAsync(group);
    const id = randomUUID();
    const packedSize = bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    made.push({ id, codec, rawSize, packedSize, location: store.location, bytes });
    moved.push(...members.map(({ digest, size, start }) => ({ digest, size, start, blockId: id })));
  }
  await store.put(tx, repositoryId, made);
  await addBlockRows(
    tx,
    repositoryId,
    made.map(({ bytes, ...head }) => head),
  );
  await store.putWithin(tx, repositoryId, made);
  await moveContents(tx, repositoryId, moved);
  const removed = await removeBlockRows(
    tx,
    repositoryId,
    old.map(({ id }) => id),
  );
  const before = removed.reduce((sum, block) => sum + block.packedSize, 0);
  const after = made.reduce((sum, block) => sum + block.packedSize, 0);
  return { removed, freed: before - after };
}

/** Packs a block anew, of just what stands in it; removes it where that is nothing. */
export async function packAnew(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  id: string,
): Promise<Repacked> {
  const located = await blocksWithin(tx, repositoryId, [id]);
  const contents = await contentsOf(tx, store, repositoryId, located);
  const groups = located.map(({ members }) =>
    members.map(({ digest }) => ({ digest, bytes: contents.get(digest) as Buffer })),
  );
  return repack(tx, store, repositoryId, [{ id }], groups);
}
