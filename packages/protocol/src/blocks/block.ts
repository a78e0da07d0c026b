import { ArchiveError } from '../contents/archive-error.js';
import { type Codec, packBytes, packBytesAsync, unpackBytes } from '../contents/codec.js';
import { joined } from '../contents/packed-content.js';
import type { PlacedMember } from './block-list.js';

/** Contents that are packed together, so that what they have in common is stored and sent once. */
export interface Block {
  codec: Codec;
  /** Bytes of the block, unpacked. */
  rawSize: number;
  /** The packed bytes, in chunks. */
  bytes: Uint8Array[];
  members: PlacedMember[];
}

/** A content to pack into a block. */
export interface NewMember {
  digest: string;
  bytes: Uint8Array;
  path?: string;
}

/** Packs contents together, in the given order. */
export function packBlock(contents: NewMember[]): Block {
  const { raw, members } = concatenate(contents);
  const { codec, bytes } = packBytes(raw);
  return { codec, rawSize: raw.byteLength, bytes: [bytes], members };
}

/** The same in Node's thread pool, without blocking the caller's thread. */
export async function packBlockAsync(contents: NewMember[]): Promise<Block> {
  const { raw, members } = concatenate(contents);
  const { codec, bytes } = await packBytesAsync(raw);
  return { codec, rawSize: raw.byteLength, bytes: [bytes], members };
}

function concatenate(contents: NewMember[]): { raw: Uint8Array; members: PlacedMember[] } {
  let start = 0;
  const members = contents.map(({ digest, bytes, path }) => {
    const member = { digest, size: bytes.byteLength, start, ...(path !== undefined && { path }) };
    start += bytes.byteLength;
    return member;
  });
  return { raw: joined(contents.map(({ bytes }) => bytes)), members };
}

/**
 * Unpacks a block; `contentIn` returns its members. Only the size is verified: the caller compares the
 * digests.
 * @throws ArchiveError when the block is damaged or its size is not the sum of its members' sizes
 */
export function unpackBlock({ codec, bytes, rawSize }: Omit<Block, 'members'>): Buffer {
  return unpackBytes(codec, joined(bytes), rawSize);
}

/**
 * The bytes of one member of an unpacked block, without a copy.
 * @throws ArchiveError when the member is outside of the block
 */
export function contentIn(raw: Buffer, { start, size }: { start: number; size: number }): Buffer {
  if (start + size > raw.byteLength) throw new ArchiveError('a member is outside of its block');
  return raw.subarray(start, start + size);
}
