import { gunzipSync } from 'node:zlib';
import type { DocumentProblem } from './document.js';

/** Whether bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

const MIB = 1024 * 1024;

/** A block can hold thousands of small files, so that each one may cost only in proportion to its size. */
const MOST_EXPANSION = 128;

/** Decompresses gzip to at most `limit` bytes, and to at most 128 times its size. */
export function gunzip(bytes: Uint8Array, limit: number): { bytes: Uint8Array } | DocumentProblem {
  const most = bytes.length * MOST_EXPANSION;
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength: Math.min(limit, most) }) };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (!isTooLarge) return { problem: 'damaged gzip: stored but not parsed' };
    const reason = most < limit ? `${MOST_EXPANSION} times its size` : `${limit / MIB} MiB`;
    return { problem: `larger than ${reason} after decompression: stored but not parsed` };
  }
}
