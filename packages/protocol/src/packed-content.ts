import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ArchiveError } from './archive-error.js';

/** A content as it is stored and sent: compressed once, by whoever pushed it. */
export interface PackedContent {
  /** Bytes of the content, unpacked. */
  size: number;
  /** CRC-32 of the unpacked content, as zip wants it. */
  crc32: number;
  method: 'deflate' | 'store';
  /** The packed bytes, in chunks as they came; together they are the content. */
  bytes: Uint8Array[];
}

/** One entry of an archive. For recordings in transfer the name is the digest of the unpacked content. */
export interface ArchiveEntry extends PackedContent {
  name: string;
}

const DEFLATE_LEVEL = 6;

/** Packs a content: raw deflate, or as it is where deflate would not make it smaller. */
export function pack(bytes: Uint8Array): PackedContent {
  const deflated = deflateRawSync(bytes, { level: DEFLATE_LEVEL });
  const smaller = deflated.byteLength < bytes.byteLength;
  return {
    size: bytes.byteLength,
    crc32: crc32(bytes),
    method: smaller ? 'deflate' : 'store',
    bytes: [smaller ? deflated : bytes],
  };
}

/**
 * Unpacks a content and checks it against its size and CRC; never makes more bytes than the size says.
 * @throws ArchiveError when it is damaged or lies about its size. Whether it is the right content only its digest tells.
 */
export function unpack(packed: PackedContent): Buffer {
  const whole = wholeOf(packed.bytes);
  const content = packed.method === 'store' ? whole : inflate(whole, packed.size);
  if (content.byteLength !== packed.size) {
    throw new ArchiveError(`content has ${content.byteLength} bytes instead of ${packed.size}`);
  }
  if (crc32(content) !== packed.crc32) throw new ArchiveError('content is damaged: its CRC does not match');
  return content;
}

function wholeOf(chunks: Uint8Array[]): Buffer {
  const [first] = chunks;
  if (first === undefined || chunks.length > 1) return Buffer.concat(chunks);
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
}

function inflate(deflated: Buffer, size: number): Buffer {
  try {
    // zlib refuses a bound of 0, and a chunk as large as the content saves it from joining pieces.
    return inflateRawSync(deflated, { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64) });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new ArchiveError(`content has more than its ${size} bytes`);
    throw new ArchiveError(`content cannot be inflated: ${(error as Error).message}`);
  }
}
