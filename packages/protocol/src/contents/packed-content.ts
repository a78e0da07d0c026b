import { promisify } from 'node:util';
import { crc32, deflateRaw, deflateRawSync } from 'node:zlib';
import { ArchiveError } from './archive-error.js';
import { unpackBytes } from './codec.js';

/** A content that is packed on its own, as an entry of a zip file. */
export interface PackedContent {
  /** Unpacked bytes of the content. */
  size: number;
  /** CRC-32 of the unpacked content. */
  crc32: number;
  method: 'deflate' | 'store';
  /** The packed bytes, in chunks. */
  bytes: Uint8Array[];
}

/** One entry of an archive. The name of a single content begins with the digest of its unpacked bytes. */
export interface ArchiveEntry extends PackedContent {
  name: string;
}

const DEFLATE_LEVEL = 6;

/** Packs a content with raw deflate, or stores it if deflate does not make it smaller. */
export function pack(bytes: Uint8Array): PackedContent {
  return smaller(bytes, deflateRawSync(bytes, { level: DEFLATE_LEVEL }));
}

/** The same in Node's thread pool, without blocking the caller's thread. */
export async function packAsync(bytes: Uint8Array): Promise<PackedContent> {
  return smaller(bytes, await promisify(deflateRaw)(bytes, { level: DEFLATE_LEVEL }));
}

/** A content without compression. */
export function store(bytes: Uint8Array): PackedContent {
  return { size: bytes.byteLength, crc32: crc32(bytes), method: 'store', bytes: [bytes] };
}

function smaller(bytes: Uint8Array, deflated: Uint8Array): PackedContent {
  if (deflated.byteLength >= bytes.byteLength) return store(bytes);
  return { size: bytes.byteLength, crc32: crc32(bytes), method: 'deflate', bytes: [deflated] };
}

/**
 * Unpacks a content and verifies its size and CRC; never produces more bytes than `size`. The caller
 * compares the digest.
 * @throws ArchiveError when the content is damaged or has another size
 */
export function unpack(packed: PackedContent): Buffer {
  const codec = packed.method === 'store' ? 'raw' : 'deflate';
  const content = unpackBytes(codec, joined(packed.bytes), packed.size);
  if (crc32(content) !== packed.crc32) throw new ArchiveError('content is damaged: its CRC does not match');
  return content;
}

/** Concatenates chunks; a single chunk is returned without a copy. */
export function joined(chunks: Uint8Array[]): Uint8Array {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}
