import { ArchiveError } from '../contents/archive-error.js';
import { type Codec, packBytes, packBytesAside, unpackBytes } from '../contents/codec.js';
import { joined } from '../contents/packed-content.js';
import type { PlacedMember } from './block-list.js';

/** Contents packed together: what they share is stored and sent once. */
export interface Block {
  codec: Codec;
  /** Bytes of the block, unpacked. */
  rawSize: number;
  /** The packed bytes, in chunks as they came. */
  bytes: Uint8Array[];
  members: PlacedMember[];
}

/** A content that is to go into a block. */
export interface NewMember {
  digest: string;
  bytes: Uint8Array;
  path?: string;
}

/** Packs contents together, in the order that they have. */
export function packBlock(contents: NewMember[]): Block {
  const { raw, members } = lined(contents);
  const { codec, bytes } = packBytes(raw);
  return { codec, rawSize: raw.byteLength, bytes: [bytes], members };
}

/** The same in one of Node's own threads, so that the caller's goes on. */
export async function packBlockAside(contents: NewMember[]): Promise<Block> {
  const { raw, members } = lined(contents);
  const { codec, bytes } = await packBytesAside(raw);
  return { codec, rawSize: raw.byteLength, bytes: [bytes], members };
}

function lined(contents: NewMember[]): { raw: Uint8Array; members: PlacedMember[] } {
  let start = 0;
  const members = contents.map(({ digest, bytes, path }) => {
    const member = { digest, size: bytes.byteLength, start, ...(path !== undefined && { path }) };
    start += bytes.byteLength;
    return member;
  });
  return { raw: joined(contents.map(({ bytes }) => bytes)), members };
}

/**
 * Unpacks a block; `contentIn` gives its members. Nothing of it is verified but its size: whether a member is the right content
 * only its digest tells.
 * @throws ArchiveError when it is damaged or does not amount to the sizes of its members
 */
export function unpackBlock({ codec, bytes, rawSize }: Omit<Block, 'members'>): Buffer {
  return unpackBytes(codec, joined(bytes), rawSize);
}

/** The bytes of one member in an unpacked block, sharing its memory. */
export function contentIn(raw: Buffer, { start, size }: { start: number; size: number }): Buffer {
  if (start + size > raw.byteLength) throw new ArchiveError('a member lies outside its block');
  return raw.subarray(start, start + size);
}
