import { LIMITS } from '../limits.js';

/** Contents from this size on lie in large blocks, where what they share with each other is found. */
const LARGE_CONTENT_BYTES = 64 * 1024;
/**
 * Bytes, unpacked, of a block of smaller ones. Whoever wants one content gets all of its block, so a selection of a few tests'
 * recordings must not bring thousands of others.
 */
const SMALL_BLOCK_BYTES = 256 * 1024;

/** What decides where a content goes: its size, and a name that tells equal sizes apart (a path, say). */
export interface BlockCandidate {
  size: number;
  name: string;
}

/**
 * Decides which contents share a block, and in which order. Contents of about one size follow each other: on real recordings
 * likeness shows in the size better than in the path, and a block then holds many versions of one answer.
 */
export function planBlocks<Item extends BlockCandidate>(items: Item[]): Item[][] {
  const sorted = [...items].sort((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));
  const blocks: Item[][] = [];
  let block: Item[] = [];
  let bytes = 0;
  for (const item of sorted) {
    const [first] = block;
    const crowded =
      block.length === LIMITS.blockMembers ||
      bytes + item.size > fullBlockBytes(item.size) ||
      (first !== undefined && fullBlockBytes(first.size) !== fullBlockBytes(item.size));
    if (block.length > 0 && crowded) {
      blocks.push(block);
      block = [];
      bytes = 0;
    }
    block.push(item);
    bytes += item.size;
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}

/** Bytes, unpacked, at which a block of contents of this size is full; a content above that is a block alone. */
export function fullBlockBytes(size: number): number {
  return size < LARGE_CONTENT_BYTES ? SMALL_BLOCK_BYTES : LIMITS.blockBytes;
}
