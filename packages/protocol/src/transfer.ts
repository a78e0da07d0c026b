import { crc32 } from 'node:zlib';
import { ArchiveError } from './archive-error.js';
import { readArchive } from './archive-reader.js';
import type { Block } from './block.js';
import {
  type BlockGap,
  type BlockMember,
  type PlacedMember,
  readBlockList,
  writeBlockList,
} from './block-list.js';
import type { Codec } from './codec.js';
import { LIMITS } from './limits.js';
import { type ArchiveEntry, asItIs, unpack } from './packed-content.js';

/*
 * How contents travel in an archive, in either direction. A block is two entries of the same number, `7.json` and `7.br`: the list of
 * its members, then its bytes, packed as they are stored. Any tool opens the archive, and `brotli -d` the block. A content may also
 * be an entry of its own, named by its digest: what a simple client sends and asks for.
 */

/** What an archive holds, in the order in which it comes. */
export type Transferred = { kind: 'block'; block: Block } | { kind: 'content'; entry: ArchiveEntry };

const SUFFIX: Record<Codec, string> = { brotli: 'br', deflate: 'deflate', raw: 'raw' };
const CODEC = new Map(Object.entries(SUFFIX).map(([codec, suffix]) => [suffix, codec as Codec]));
const LIST_NAME = /^([1-9]\d{0,8})\.json$/;
const BLOCK_NAME = /^([1-9]\d{0,8})\.(br|deflate|raw)$/;

// A packed stream may hold parts that amount to nothing; beyond this it is no honest one.
const PACKED_OVERHEAD = 64;
const PACKED_OVERHEAD_PART = 1024;

/** Numbers blocks and turns them into entries. */
export class BlockNames {
  #last = 0;

  /** The two entries of a block; the list is compressed only where somebody says how. */
  entriesOf(
    block: Omit<Block, 'members'> & { members: (PlacedMember | BlockMember | BlockGap)[] },
    packList: (bytes: Uint8Array) => Omit<ArchiveEntry, 'name'> = asItIs,
  ): [ArchiveEntry, ArchiveEntry] {
    const number = ++this.#last;
    const members = block.members.map((member) =>
      member.digest === null
        ? member
        : {
            digest: member.digest,
            size: member.size,
            ...(member.path !== undefined && { path: member.path }),
          },
    );
    return [
      { name: `${number}.json`, ...packList(writeBlockList(members)) },
      {
        name: `${number}.${SUFFIX[block.codec]}`,
        method: 'store',
        size: block.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0),
        crc32: block.bytes.reduce((sum, chunk) => crc32(chunk, sum), 0),
        bytes: block.bytes,
      },
    ];
  }
}

export interface TransferBounds {
  maximumEntries: number;
  /** Whether a block may have gaps, which only a registry sends. */
  gaps: boolean;
  /** Bytes of one content; `LIMITS.recordingBytes` unless less is expected. */
  maximumContentBytes?: number;
}

/**
 * Reads an archive of blocks and contents in one pass; what comes is still packed, and only bounded.
 * @throws ArchiveError as `readArchive`, and for a block without its list, a list without its block, and a list that makes no sense
 */
export async function* readTransfer(
  source: AsyncIterable<Uint8Array>,
  { maximumEntries, gaps, maximumContentBytes = LIMITS.recordingBytes }: TransferBounds,
): AsyncGenerator<Transferred> {
  let list: { number: string; members: PlacedMember[]; rawSize: number } | null = null;
  const entries = readArchive(source, {
    maximumEntryBytes: (name) => {
      if (list !== null && BLOCK_NAME.test(name)) return mostPacked(list.rawSize);
      return LIST_NAME.test(name) ? LIMITS.blockListBytes : maximumContentBytes;
    },
    maximumEntries,
  });
  for await (const entry of entries) {
    if (list !== null) {
      const [, number, suffix] = BLOCK_NAME.exec(entry.name) ?? [];
      if (number !== list.number) throw new ArchiveError(`${list.number}.json is not followed by its block`);
      const { members, rawSize } = list;
      if (entry.method !== 'store') {
        throw new ArchiveError(`${entry.name} is packed twice: as a block, and in the archive`);
      }
      const codec = CODEC.get(suffix ?? '') ?? 'raw';
      list = null;
      yield { kind: 'block', block: { codec, rawSize, bytes: entry.bytes, members } };
      continue;
    }
    const [, number] = LIST_NAME.exec(entry.name) ?? [];
    if (number !== undefined)
      list = { number, ...readBlockList(unpack(entry), { gaps, maximumContentBytes }) };
    else if (BLOCK_NAME.test(entry.name)) throw new ArchiveError(`${entry.name} comes without its list`);
    else yield { kind: 'content', entry };
  }
  if (list !== null) throw new ArchiveError(`${list.number}.json is not followed by its block`);
}

function mostPacked(rawSize: number): number {
  return rawSize + Math.ceil(rawSize / PACKED_OVERHEAD_PART) + PACKED_OVERHEAD;
}
