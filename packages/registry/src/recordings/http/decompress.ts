import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { ZSTDDecoder } from 'zstddec';
import { MAXIMUM_READ_BYTES } from '../documents/document.js';

const zstd = new ZSTDDecoder();
await startDecoder();

/**
 * Where there is `fetch`, the decoder loads itself with it, and Node then loads its HTTP client, which takes
 * four times as long as the decoder.
 */
function startDecoder(): Promise<void> {
  const { fetch } = globalThis;
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    return zstd.init();
  } finally {
    Object.defineProperty(globalThis, 'fetch', { value: fetch, configurable: true, writable: true });
  }
}

/** What the bodies of one file may still decompress to. */
export interface DecompressionBudget {
  bytes: number;
}

/** The budget of a new file. */
export const decompressionBudget = (): DecompressionBudget => ({ bytes: MAXIMUM_READ_BYTES });

/**
 * A body that expands more often is not decompressed; bodies of APIs expand up to 50 times. Also limits what
 * a damaged body costs before it fails.
 */
const MAXIMUM_RATIO = 256;
const SMALLEST_LIMIT = 64 * 1024;

type Decompress = (bytes: Uint8Array, limit: number) => Uint8Array;

const bounded =
  (decompress: (bytes: Uint8Array, options: ZlibOptions) => Uint8Array): Decompress =>
  (bytes, limit) =>
    decompress(bytes, { maxOutputLength: limit });

const GZIP = bounded(gunzipSync);
const ZLIB = bounded(inflateSync);
const RAW_DEFLATE = bounded(inflateRawSync);
const BROTLI = bounded(brotliDecompressSync);

/** The decoder writes at most `limit` bytes, and returns none for damaged data. */
const ZSTD: Decompress = (bytes, limit) => {
  const output = zstd.decode(bytes, limit);
  if (output.length === 0) throw new Error('damaged or too large');
  return output;
};

/**
 * Decompresses gzip, zlib and zstd by their first bytes. Brotli and raw deflate have no signature: they are
 * decompressed where `encoding` (the value of `content-encoding`) names them and the output is text. Returns
 * null for other bytes, for damaged ones, and beyond the budget, which is reduced by the output.
 */
export function decompress(
  bytes: Uint8Array,
  encoding: string | null,
  budget: DecompressionBudget,
): Uint8Array | null {
  const signed = signedCodec(bytes);
  const codec = signed ?? namedCodec(encoding);
  const limit = Math.min(budget.bytes, MAXIMUM_RATIO * bytes.length + SMALLEST_LIMIT);
  if (codec === null || limit <= 0) return null;
  const output = attempt(codec, bytes, limit);
  // A failed attempt may have written as much as it was allowed to.
  budget.bytes -= output?.length ?? limit;
  return output !== null && (signed !== null || isUtf8(output)) ? output : null;
}

function signedCodec(bytes: Uint8Array): Decompress | null {
  const [first = 0, second = 0, third, fourth] = bytes;
  if (first === 0x1f && second === 0x8b) return GZIP;
  if (first === 0x78 && ((first << 8) | second) % 31 === 0) return ZLIB;
  return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd ? ZSTD : null;
}

function namedCodec(encoding: string | null): Decompress | null {
  if (encoding === null) return null;
  if (/\bbr\b/i.test(encoding)) return BROTLI;
  return /\bdeflate\b/i.test(encoding) ? RAW_DEFLATE : null;
}

function attempt(codec: Decompress, bytes: Uint8Array, limit: number): Uint8Array | null {
  try {
    return codec(bytes, limit);
  } catch {
    return null;
  }
}
