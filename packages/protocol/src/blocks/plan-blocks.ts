import { LIMITS } from '../limits.js';

/**
 * Contents of at least this size go into large blocks, so that the compression finds what they have in
 * common.
 */
const LARGE_CONTENT_BYTES = 64 * 1024;
/**
 * Unpacked bytes of a block of smaller contents. A pull of one content downloads its whole block, so a
 * selection of a few tests must not download thousands of other recordings.
 */
const SMALL_BLOCK_BYTES = 256 * 1024;

/**
 * A content to place: its size in bytes, and a name (such as its path) that orders contents of equal
 * size.
 */
export interface BlockCandidate {
  size: number;
  name: string;
}

/**
 * Decides which contents share a block, and in which order: by size, because in real recordings
 * contents of similar size have more in common than contents of similar path. A block then contains
 * many versions of one response. Pure.
 */
export function planBlocks<Item extends BlockCandidate>(items: Item[]): Item[][] {
  const sorted = [...items].sort((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));
  const blocks: Item[][] = [];
  let block: Item[] = [];
  let bytes = 0;
  for (const item of sorted) {
    const [first] = block;
    const isFull =
      block.length === LIMITS.blockMembers ||
      bytes + item.size > fullBlockBytes(item.size) ||
      (first !== undefined && fullBlockBytes(first.size) !== fullBlockBytes(item.size));
    if (block.length > 0 && isFull) {
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

/** Unpacked bytes of a full block for contents of this size; a larger content is a block on its own. */
export function fullBlockBytes(size: number): number {
  return size < LARGE_CONTENT_BYTES ? SMALL_BLOCK_BYTES : LIMITS.blockBytes;
}
