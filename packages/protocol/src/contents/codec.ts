import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
  inflateRaw,
  inflateRawSync,
  type ZlibOptions,
} from 'node:zlib';
import { ArchiveError } from './archive-error.js';

/** How bytes are packed: not at all, as one raw deflate stream, or as one brotli stream. */
export type Codec = 'raw' | 'deflate' | 'brotli';

/** Packed bytes with their codec. */
export interface Packed {
  codec: Codec;
  bytes: Uint8Array;
}

// The lowest quality at which brotli finds matches across members. Higher ones take ten times as long
// for a few percent.
const BROTLI_QUALITY = 5;
const SMALLEST_WINDOW = 16;
const LARGEST_WINDOW = 24;
/** A brotli window is this many bytes smaller than its power of two. */
const WINDOW_GAP = 16;

/** Packs bytes with brotli, or stores them raw if brotli does not make them smaller. */
export function packBytes(bytes: Uint8Array): Packed {
  return smaller(bytes, brotliCompressSync(bytes, brotliOptions(bytes.byteLength)));
}

/** The same in Node's thread pool, without blocking the caller's thread. */
export async function packBytesAsync(bytes: Uint8Array): Promise<Packed> {
  return smaller(bytes, await promisify(brotliCompress)(bytes, brotliOptions(bytes.byteLength)));
}

function smaller(bytes: Uint8Array, compressed: Uint8Array): Packed {
  return compressed.byteLength < bytes.byteLength
    ? { codec: 'brotli', bytes: compressed }
    : { codec: 'raw', bytes };
}

function brotliOptions(size: number): BrotliOptions {
  const window = Math.ceil(Math.log2(size + WINDOW_GAP));
  return {
    // Most outputs fit into one chunk, so that zlib has nothing to concatenate.
    chunkSize: Math.max(1024, Math.ceil(size / 4)),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: size,
      [constants.BROTLI_PARAM_LGWIN]: Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, window)),
    },
  };
}

/**
 * Unpacks untrusted bytes to exactly `size` bytes, and never produces more.
 * @throws ArchiveError when they are damaged, have another unpacked size, or are followed by other bytes
 */
export function unpackBytes(codec: Codec, packed: Uint8Array, size: number): Buffer {
  if (codec === 'raw') return checked(asBuffer(packed), size);
  const expand = codec === 'brotli' ? brotliDecompressSync : inflateRawSync;
  return expanded(packed, size, () => expand(packed, expandOptions(size)) as unknown as Expanded);
}

/** The same in Node's thread pool: slower, but without blocking the caller's thread. */
export async function unpackBytesAsync(codec: Codec, packed: Uint8Array, size: number): Promise<Buffer> {
  if (codec === 'raw') return checked(asBuffer(packed), size);
  const expand = codec === 'brotli' ? expandBrotli : expandDeflate;
  const outcome = await expand(packed, expandOptions(size)).then(
    (result) => ({ result: result as unknown as Expanded }),
    (error: Error) => ({ error }),
  );
  return expanded(packed, size, () => {
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  });
}

/**
 * The result of zlib with `info`: the bytes, and the engine, whose `bytesWritten` counts the consumed
 * input.
 */
interface Expanded {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

type Expand = (packed: Uint8Array, options: ZlibOptions & BrotliOptions) => Promise<unknown>;
const expandBrotli = promisify(brotliDecompress) as Expand;
const expandDeflate = promisify(inflateRaw) as Expand;

function expandOptions(size: number) {
  // zlib refuses a limit of 0. With a chunk of the content's size it has nothing to concatenate.
  return { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64), info: true };
}

function expanded(packed: Uint8Array, size: number, expand: () => Expanded): Buffer {
  let result: Expanded;
  try {
    result = expand();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new ArchiveError(`content has more than its ${size} bytes`);
    throw new ArchiveError(`content cannot be unpacked: ${message}`);
  }
  // zlib ignores bytes after the end of the stream.
  const unused = packed.byteLength - result.engine.bytesWritten;
  if (unused !== 0) throw new ArchiveError(`content is followed by ${unused} other bytes`);
  return checked(result.buffer, size);
}

function checked(content: Buffer, size: number): Buffer {
  if (content.byteLength === size) return content;
  throw new ArchiveError(`content has ${content.byteLength} bytes instead of ${size}`);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
