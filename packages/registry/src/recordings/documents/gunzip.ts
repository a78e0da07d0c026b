import { gunzipSync } from 'node:zlib';
import type { DocumentProblem } from './document.js';

/** Whether bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** Decompresses gzip to at most `limit` bytes. */
export function gunzip(bytes: Uint8Array, limit: number): { bytes: Uint8Array } | DocumentProblem {
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      problem: isTooLarge
        ? 'larger than 32 MiB after decompression: stored but not parsed'
        : 'damaged gzip: stored but not parsed',
    };
  }
}
