import { promisify } from 'node:util';
import { crc32, deflateRaw, deflateRawSync } from 'node:zlib';
import { ArchiveError } from './archive-error.js';
import { unpackBytes } from './codec.js';

/** A content packed on its own, as an entry of a zip has it. */
export interface PackedContent {
  /** Bytes of the content, unpacked. */
  size: number;
  /** CRC-32 of the unpacked content, as zip wants it. */
  crc32: number;
  method: 'deflate' | 'store';
  /** The packed bytes, in chunks as they came; together they are the content. */
  bytes: Uint8Array[];
}

/** One entry of an archive. For a recording that travels on its own the name begins with the digest of the unpacked content. */
export interface ArchiveEntry extends PackedContent {
  name: string;
}

const DEFLATE_LEVEL = 6;

/** Packs a content: raw deflate, or as it is where deflate would not make it smaller. */
export function pack(bytes: Uint8Array): PackedContent {
  return smaller(bytes, deflateRawSync(bytes, { level: DEFLATE_LEVEL }));
}

/** The same in one of Node's own threads, so that the caller's goes on. */
export async function packAside(bytes: Uint8Array): Promise<PackedContent> {
  return smaller(bytes, await promisify(deflateRaw)(bytes, { level: DEFLATE_LEVEL }));
}

/** A content as it is, not packed. */
export function asItIs(bytes: Uint8Array): PackedContent {
  return { size: bytes.byteLength, crc32: crc32(bytes), method: 'store', bytes: [bytes] };
}

function smaller(bytes: Uint8Array, deflated: Uint8Array): PackedContent {
  if (deflated.byteLength >= bytes.byteLength) return asItIs(bytes);
  return { size: bytes.byteLength, crc32: crc32(bytes), method: 'deflate', bytes: [deflated] };
}

/**
 * Unpacks a content and checks it against its size and CRC; never makes more bytes than the size says.
 * @throws ArchiveError when it is damaged or lies about its size. Whether it is the right content only its digest tells.
 */
export function unpack(packed: PackedContent): Buffer {
  const codec = packed.method === 'store' ? 'raw' : 'deflate';
  const content = unpackBytes(codec, joined(packed.bytes), packed.size);
  if (crc32(content) !== packed.crc32) throw new ArchiveError('content is damaged: its CRC does not match');
  return content;
}

/** Chunks as one; without a copy where there is only one. */
export function joined(chunks: Uint8Array[]): Uint8Array {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}
