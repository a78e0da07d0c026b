import { crc32 } from 'node:zlib';
import type { Block } from '../blocks/block.js';
import {
  type BlockGap,
  type BlockMember,
  type PlacedMember,
  readBlockList,
  writeBlockList,
} from '../blocks/block-list.js';
import { ArchiveError } from '../contents/archive-error.js';
import type { Codec } from '../contents/codec.js';
import { type ArchiveEntry, asItIs, joined, unpack } from '../contents/packed-content.js';
import { LIMITS } from '../limits.js';
import { readArchive } from './archive-reader.js';

/*
 * How contents travel in an archive, in either direction. A block is two entries of the same number, `7.json` and `7.br`: the list of
 * its members, then its bytes, packed as they are stored. Any tool opens the archive, and `brotli -d` the block. A content may also
 * be an entry of its own, named by its digest: what a simple client sends and asks for. To who says that they follow addresses, a registry
 * may send `7.br.address` in the place of `7.br`: where the bytes of the block are to be had.
 */

/** What an archive holds, in the order in which it comes. */
export type Transferred = { kind: 'block'; block: Block } | { kind: 'content'; entry: ArchiveEntry };

/** A block whose bytes are elsewhere: an address to be asked for them, which anybody may do who knows it. */
export interface AddressedBlock {
  kind: 'address';
  address: string;
  /** What the bytes are. */
  block: Omit<Block, 'bytes'>;
  /** The most bytes that an honest answer has. */
  mostBytes: number;
}

const SUFFIX: Record<Codec, string> = { brotli: 'br', deflate: 'deflate', raw: 'raw' };
const CODEC = new Map(Object.entries(SUFFIX).map(([codec, suffix]) => [suffix, codec as Codec]));
const LIST_NAME = /^([1-9]\d{0,8})\.json$/;
const BLOCK_NAME = /^([1-9]\d{0,8})\.(br|deflate|raw)$/;
const ADDRESS_NAME = /^([1-9]\d{0,8})\.(br|deflate|raw)\.address$/;

// A packed stream may hold parts that amount to nothing; beyond this it is no honest one.
const PACKED_OVERHEAD = 64;
const PACKED_OVERHEAD_PART = 1024;

/** A block's list as it is to be sent. */
type Listed = { members: (PlacedMember | BlockMember | BlockGap)[] };

/** Numbers blocks and turns them into entries. */
export class BlockNames {
  #last = 0;

  /** The two entries of a block; the list is compressed only where somebody says how. */
  entriesOf(
    block: Omit<Block, 'members'> & Listed,
    packList: (bytes: Uint8Array) => Omit<ArchiveEntry, 'name'> = asItIs,
  ): [ArchiveEntry, ArchiveEntry] {
    const number = ++this.#last;
    return [
      { name: `${number}.json`, ...packList(writeBlockList(told(block))) },
      {
        name: `${number}.${SUFFIX[block.codec]}`,
        method: 'store',
        size: block.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0),
        crc32: block.bytes.reduce((sum, chunk) => crc32(chunk, sum), 0),
        bytes: block.bytes,
      },
    ];
  }

  /** The same for a block whose bytes are to be had at an address. */
  entriesOfAddress(block: Pick<Block, 'codec'> & Listed & { address: string }): [ArchiveEntry, ArchiveEntry] {
    const number = ++this.#last;
    return [
      { name: `${number}.json`, ...asItIs(writeBlockList(told(block))) },
      { name: `${number}.${SUFFIX[block.codec]}.address`, ...asItIs(Buffer.from(block.address)) },
    ];
  }
}

const told = ({ members }: Listed): (BlockMember | BlockGap)[] =>
  members.map((member) =>
    member.digest === null
      ? member
      : {
          digest: member.digest,
          size: member.size,
          ...(member.path !== undefined && { path: member.path }),
        },
  );

export interface TransferBounds {
  maximumEntries: number;
  /** Whether a block may have gaps, which only a registry sends. */
  gaps: boolean;
  /** Bytes of one content; `LIMITS.recordingBytes` unless less is expected. */
  maximumContentBytes?: number;
  /** Whether addresses may stand in the place of blocks' bytes: only a registry sends them, and only where it was asked for them. */
  addresses?: boolean;
}

/**
 * Reads an archive of blocks and contents in one pass; what comes is still packed, and only bounded.
 * @throws ArchiveError as `readArchive`, and for a block without its list, a list without its block, and a list that makes no sense
 */
export function readTransfer(
  source: AsyncIterable<Uint8Array>,
  bounds: TransferBounds & { addresses: true },
): AsyncGenerator<Transferred | AddressedBlock>;
export function readTransfer(
  source: AsyncIterable<Uint8Array>,
  bounds: TransferBounds & { addresses?: false },
): AsyncGenerator<Transferred>;
export async function* readTransfer(
  source: AsyncIterable<Uint8Array>,
  { maximumEntries, gaps, maximumContentBytes = LIMITS.recordingBytes, addresses = false }: TransferBounds,
): AsyncGenerator<Transferred | AddressedBlock> {
  let list: { number: string; members: PlacedMember[]; rawSize: number } | null = null;
  const entries = readArchive(source, {
    maximumEntryBytes: (name) => {
      if (list !== null && BLOCK_NAME.test(name)) return mostPacked(list.rawSize);
      if (ADDRESS_NAME.test(name)) return addresses ? LIMITS.addressBytes : 0;
      return LIST_NAME.test(name) ? LIMITS.blockListBytes : maximumContentBytes;
    },
    maximumEntries,
  });
  for await (const entry of entries) {
    if (list !== null) {
      const isAddress = addresses && ADDRESS_NAME.test(entry.name);
      const [, number, suffix] = (isAddress ? ADDRESS_NAME : BLOCK_NAME).exec(entry.name) ?? [];
      if (number !== list.number) throw new ArchiveError(`${list.number}.json is not followed by its block`);
      const { members, rawSize } = list;
      if (entry.method !== 'store') {
        throw new ArchiveError(`${entry.name} is packed twice: as a block, and in the archive`);
      }
      const codec = CODEC.get(suffix ?? '') ?? 'raw';
      list = null;
      if (isAddress) {
        const address = new TextDecoder().decode(joined(entry.bytes));
        yield {
          kind: 'address',
          address,
          block: { codec, rawSize, members },
          mostBytes: mostPacked(rawSize),
        };
        continue;
      }
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
