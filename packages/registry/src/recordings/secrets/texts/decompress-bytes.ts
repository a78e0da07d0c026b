import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** Remaining decompression for one recording. */
export interface DecompressionBudget {
  /** Bytes of output. */
  bytes: number;
  /** Attempts at formats without a signature; each takes about 0.1 ms. */
  attempts: number;
}

export const makeDecompressionBudget = (): DecompressionBudget => ({ bytes: 8 * 1024 * 1024, attempts: 40 });

/** Shorter compressed data cannot contain a key. */
const SHORTEST = 16;
const SHORTEST_UNSIGNED = 24;

/**
 * Decompresses gzip, zlib, brotli or raw deflate; null for other bytes, and for output beyond the
 * budget.
 */
export function decompressBytes(bytes: Buffer, budget: DecompressionBudget): Buffer | null {
  if (bytes.length < SHORTEST || budget.bytes <= 0) return null;
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZlib = bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1] ?? 0);
  const unpacked = isGzip
    ? attempt(gunzipSync, bytes, budget)
    : isZlib
      ? attempt(inflateSync, bytes, budget)
      : decompressUnsigned(bytes, budget);
  if (unpacked !== null) budget.bytes -= unpacked.length;
  return unpacked;
}

/**
 * Brotli and raw deflate have no signature: tried on bytes that are not text, accepted when the
 * output is text.
 */
function decompressUnsigned(bytes: Buffer, budget: DecompressionBudget): Buffer | null {
  const first = bytes[0] as number;
  // Brotli with a window of 2^18 to 2^24 bytes; deflate with a final block of any code, or a first
  // of several.
  const isBrotli = (first & 1) === 1 && (first & 0x0f) >= 3;
  const isDeflate = [3, 4, 5].includes(first & 7);
  if (bytes.length < SHORTEST_UNSIGNED || (!isBrotli && !isDeflate)) return null;
  if (budget.attempts <= 0 || (isUtf8(bytes) && bytes.indexOf(0) < 0)) return null;
  budget.attempts -= 1;
  const unpacked =
    (isBrotli ? attempt(brotliDecompressSync, bytes, budget) : null) ??
    (isDeflate ? attempt(inflateRawSync, bytes, budget) : null);
  return unpacked !== null && unpacked.length > 0 && isUtf8(unpacked) ? unpacked : null;
}

function attempt(unpack: typeof gunzipSync, bytes: Buffer, budget: DecompressionBudget): Buffer | null {
  // Most attempts fail, and capturing the stack of an error costs more than the attempt.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return unpack(bytes, { maxOutputLength: budget.bytes, chunkSize: Math.max(1024, 4 * bytes.length) });
  } catch {
    // Other or damaged bytes, or output beyond the budget.
    return null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
