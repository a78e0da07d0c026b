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
  type LocatedBlock,
  limitLockWait,
  lockRepositoryBlocks,
  moveContents,
  removeBlockRows,
} from './block-row-store.js';
import type { BlockPlace, BlockStore } from './block-store.js';
import { lost } from './block-store-error.js';

/**
 * The result of repacking. After the transaction, the caller removes the bytes of the old blocks from the
 * store.
 */
export interface Repacked {
  removed: BlockPlace[];
  /** Saved bytes, as stored. */
  freed: number;
}

/**
 * Runs work that moves contents to other blocks: locks the repository's blocks, and afterwards removes the
 * bytes of the old blocks from the store.
 * @param lockTimeout milliseconds to wait for the lock, after which it throws; null: the limit of the database
 */
export async function repacking(
  { db, blocks }: { db: Database; blocks: BlockStore },
  repositoryId: number,
  work: (tx: Database) => Promise<Repacked>,
  lockTimeout: number | null = null,
): Promise<Repacked> {
  const done = await db.transaction(async (tx) => {
    if (lockTimeout !== null) await limitLockWait(tx, lockTimeout);
    await lockRepositoryBlocks(tx, repositoryId);
    return work(tx);
  });
  await blocks.delete(db, repositoryId, done.removed);
  return done;
}

/** Unpacks blocks, and returns their contents by digest. */
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
 * Packs each group of contents into a new block, and removes the old blocks. The caller must hold
 * `lockRepositoryBlocks`, and every content of an old block must be in a group or no longer refer to the
 * block.
 */
export async function repack(
  tx: Database,
  store: BlockStore,
  repositoryId: number,
  old: { id: string }[],
  groups: NewMember[][],
): Promise<Repacked> {
  const created: (BlockHead & { bytes: Uint8Array[] })[] = [];
  const moved: Parameters<typeof moveContents>[2] = [];
  for (const group of groups) {
    const { codec, rawSize, bytes, members } = await packBlockAsync(group);
    const id = randomUUID();
    const packedSize = bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    created.push({ id, codec, rawSize, packedSize, location: store.location, bytes });
    moved.push(...members.map(({ digest, size, start }) => ({ digest, size, start, blockId: id })));
  }
  await store.put(tx, repositoryId, created);
  await addBlockRows(
    tx,
    repositoryId,
    created.map(({ bytes, ...head }) => head),
  );
  await store.putWithin(tx, repositoryId, created);
  await moveContents(tx, repositoryId, moved);
  const removed = await removeBlockRows(
    tx,
    repositoryId,
    old.map(({ id }) => id),
  );
  const before = removed.reduce((sum, block) => sum + block.packedSize, 0);
  const after = created.reduce((sum, block) => sum + block.packedSize, 0);
  return { removed, freed: before - after };
}

/** Repacks a block with only its current contents, or removes it when it has none. */
export async function repackBlock(
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
