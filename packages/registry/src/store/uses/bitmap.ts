// A bitmap has one bit for each recording in the order of the paths by code point: the first in the lowest bit
// of the first byte, as Postgres' `get_bit` counts.

/**
 * Decodes a bitmap for a number of recordings. Bits after the last recording become 0.
 * @returns why the text is refused, as the end of a sentence, when it is not one
 */
export function parseBitmap(base64: string, recordings: number): Uint8Array | { problem: string } {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return { problem: 'is not base64' };
  const expected = Math.ceil(recordings / 8);
  if (bytes.length !== expected) {
    return { problem: `has ${bytes.length} bytes; ${recordings} recordings need ${expected}` };
  }
  const last = bytes.at(-1);
  if (last !== undefined && recordings % 8 > 0) bytes[expected - 1] = last & ((1 << (recordings % 8)) - 1);
  return bytes;
}

/** Whether the bit of a position is set. */
export function hasBit(bitmap: Uint8Array, position: number): boolean {
  return ((bitmap[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
}

/** A bitmap for a number of recordings with these bits set. */
export function bitmapOf(positions: Iterable<number>, recordings: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(recordings / 8));
  for (const position of positions)
    bitmap[position >> 3] = (bitmap[position >> 3] ?? 0) | (1 << (position & 7));
  return bitmap;
}

/** The union of two bitmaps of the same length. */
export function unite(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, index) => byte | (other[index] ?? 0));
}

/** The number of set bits. */
export function countBits(bitmap: Uint8Array): number {
  let count = 0;
  for (let byte of bitmap) for (; byte > 0; byte &= byte - 1) count++;
  return count;
}
