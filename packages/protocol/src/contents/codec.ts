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

/** Packed bytes, and how. */
export interface Packed {
  codec: Codec;
  bytes: Uint8Array;
}

// Quality 5 is where brotli begins to find matches across members; above it time grows tenfold for a few percent.
const BROTLI_QUALITY = 5;
const SMALLEST_WINDOW = 16;
const LARGEST_WINDOW = 24;
/** Bytes by which a window is smaller than its power of two. */
const WINDOW_GAP = 16;

/** Packs bytes with brotli, or leaves them as they are where that would not make them smaller. */
export function packBytes(bytes: Uint8Array): Packed {
  return smaller(bytes, brotliCompressSync(bytes, brotliOptions(bytes.byteLength)));
}

/** The same in one of Node's own threads, so that the caller's goes on. */
export async function packBytesAside(bytes: Uint8Array): Promise<Packed> {
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
    // One piece for nearly everything, so that there is nothing to join.
    chunkSize: Math.max(1024, Math.ceil(size / 4)),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: size,
      [constants.BROTLI_PARAM_LGWIN]: Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, window)),
    },
  };
}

/**
 * Unpacks bytes that amount to exactly `size`; never makes more, whatever they say.
 * @throws ArchiveError when they are damaged, amount to another size, or are followed by other bytes
 */
export function unpackBytes(codec: Codec, packed: Uint8Array, size: number): Buffer {
  if (codec === 'raw') return checked(asBuffer(packed), size);
  const expand = codec === 'brotli' ? brotliDecompressSync : inflateRawSync;
  return expanded(packed, size, () => expand(packed, expandOptions(size)) as unknown as Expanded);
}

/** The same in one of Node's own threads: slower for one, but nobody has to wait for it. */
export async function unpackBytesAside(codec: Codec, packed: Uint8Array, size: number): Promise<Buffer> {
  if (codec === 'raw') return checked(asBuffer(packed), size);
  const expand = codec === 'brotli' ? expandBrotli : expandDeflate;
  const outcome = await expand(packed, expandOptions(size)).then(
    (made) => ({ made: made as unknown as Expanded }),
    (error: Error) => ({ error }),
  );
  return expanded(packed, size, () => {
    if ('error' in outcome) throw outcome.error;
    return outcome.made;
  });
}

/** What zlib gives with `info`: the bytes, and the engine, which knows how much of its input it used. */
interface Expanded {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

type Expand = (packed: Uint8Array, options: ZlibOptions & BrotliOptions) => Promise<unknown>;
const expandBrotli = promisify(brotliDecompress) as Expand;
const expandDeflate = promisify(inflateRaw) as Expand;

function expandOptions(size: number) {
  // zlib refuses a bound of 0, and a chunk as large as the content saves it from joining pieces.
  return { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64), info: true };
}

function expanded(packed: Uint8Array, size: number, expand: () => Expanded): Buffer {
  let made: Expanded;
  try {
    made = expand();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new ArchiveError(`content has more than its ${size} bytes`);
    throw new ArchiveError(`content cannot be unpacked: ${message}`);
  }
  // zlib stops at the end of the stream and says nothing of what follows it.
  const unused = packed.byteLength - made.engine.bytesWritten;
  if (unused !== 0) throw new ArchiveError(`content is followed by ${unused} other bytes`);
  return checked(made.buffer, size);
}

function checked(content: Buffer, size: number): Buffer {
  if (content.byteLength === size) return content;
  throw new ArchiveError(`content has ${content.byteLength} bytes instead of ${size}`);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
