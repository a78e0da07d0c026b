import {
  type Codec,
  contentIn,
  digestOf,
  type PackedContent,
  type PlacedMember,
  packBlock,
  unpack,
  unpackBytes,
} from '@fixture-registry/protocol';
import { readRecording } from '../recordings/read-recording.js';
import type { Reading } from '../recordings/recording.js';

/** Something received that is to be read: a block, or a content that came on its own, as a block of one. */
export interface Received {
  packed:
    | { kind: 'block'; codec: Codec; bytes: Uint8Array }
    | ({ kind: 'content' } & Omit<PackedContent, 'bytes'> & { bytes: Uint8Array });
  rawSize: number;
  members: PlacedMember[];
  /** Digests of members that are not to be taken: they are not looked at. */
  leftOut: Set<string>;
}

/** What became of it. */
export interface ReadBlock {
  taken: { digest: string; size: number; start: number; reading: Reading }[];
  refused: { digest: string; message: string }[];
  /** The block as it is to be stored, where that is not as it came: without what was left out or refused. */
  repacked: { codec: Codec; rawSize: number; bytes: Uint8Array } | null;
}

/** Runs in a thread of its own: unpacks a block, checks each of its contents and reads what it says. */
export default function readBlock({ packed, rawSize, members, leftOut }: Received): ReadBlock {
  const candidates = members.filter(({ digest }) => !leftOut.has(digest));
  let raw: Buffer;
  try {
    raw =
      packed.kind === 'block'
        ? unpackBytes(packed.codec, packed.bytes, rawSize)
        : unpack({ ...packed, bytes: [packed.bytes] });
  } catch (error) {
    const { message } = error as Error;
    return { taken: [], refused: candidates.map(({ digest }) => ({ digest, message })), repacked: null };
  }
  const read: ReadBlock = { taken: [], refused: [], repacked: null };
  for (const member of candidates) {
    const { digest, size, start } = member;
    const content = contentIn(raw, member);
    if (digestOf(content) === digest) {
      read.taken.push({ digest, size, start, reading: readRecording(content) });
    } else {
      const message = 'the content does not have the digest that it is named by';
      read.refused.push({ digest, message });
    }
  }
  return read.taken.length < members.length && read.taken.length > 0 ? repacked(raw, read) : read;
}

/** Nothing of what is not taken may stay: neither bytes that were refused nor a second copy of what is here. */
function repacked(raw: Buffer, read: ReadBlock): ReadBlock {
  const contents = read.taken.map((content) => ({ digest: content.digest, bytes: contentIn(raw, content) }));
  const { members, codec, rawSize, bytes } = packBlock(contents);
  const taken = read.taken.map((content, index) => ({ ...content, start: members[index]?.start ?? 0 }));
  return { ...read, taken, repacked: { codec, rawSize, bytes: Buffer.concat(bytes) } };
}
