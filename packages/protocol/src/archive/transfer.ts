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
import { type ArchiveEntry, joined, store, unpack } from '../contents/packed-content.js';
import { LIMITS } from '../limits.js';
import { readArchive } from './archive-reader.js';

/*
 * The format in which contents are transferred, in both directions. A block is two entries with the
 * same number: `7.json`, the list of its members, and `7.br`, its bytes as they are stored. Any zip
 * tool opens the archive, and `brotli -d` unpacks a block. A content can also be an entry named by its
 * digest, which is what a simple client sends and requests. If the client accepts it, a registry may
 * send `7.br.address` instead of `7.br`: the URL from which the client downloads the bytes of the
 * block.
 */

/** A part of an archive: a block or a single content. */
export type Transferred = { kind: 'block'; block: Block } | { kind: 'content'; entry: ArchiveEntry };

/** A block whose bytes the client downloads from a URL. Everybody who knows the URL can download them. */
export interface AddressedBlock {
  kind: 'address';
  address: string;
  /** The block without its bytes. */
  block: Omit<Block, 'bytes'>;
  /** Upper bound of the bytes of a valid response. */
  mostBytes: number;
}

const SUFFIX: Record<Codec, string> = { brotli: 'br', deflate: 'deflate', raw: 'raw' };
const CODEC = new Map(Object.entries(SUFFIX).map(([codec, suffix]) => [suffix, codec as Codec]));
const LIST_NAME = /^([1-9]\d{0,8})\.json$/;
const BLOCK_NAME = /^([1-9]\d{0,8})\.(br|deflate|raw)$/;
const ADDRESS_NAME = /^([1-9]\d{0,8})\.(br|deflate|raw)\.address$/;

// A packed stream may contain empty parts; with more overhead than this it is refused.
const PACKED_OVERHEAD = 64;
const PACKED_OVERHEAD_PART = 1024;

/** The members and gaps of a block to send. */
type Members = { members: (PlacedMember | BlockMember | BlockGap)[] };

/** Numbers blocks and converts them to entries of an archive. */
export class BlockNames {
  #last = 0;

  /** The two entries of a block. @param packList compresses the list; by default it is stored */
  entriesOf(
    block: Omit<Block, 'members'> & Members,
    packList: (bytes: Uint8Array) => Omit<ArchiveEntry, 'name'> = store,
  ): [ArchiveEntry, ArchiveEntry] {
    const number = ++this.#last;
    return [
      { name: `${number}.json`, ...packList(writeBlockList(listEntries(block))) },
      {
        name: `${number}.${SUFFIX[block.codec]}`,
        method: 'store',
        size: block.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0),
        crc32: block.bytes.reduce((sum, chunk) => crc32(chunk, sum), 0),
        bytes: block.bytes,
      },
    ];
  }

  /** The two entries of a block whose bytes the client downloads from a URL. */
  entriesOfAddress(
    block: Pick<Block, 'codec'> & Members & { address: string },
  ): [ArchiveEntry, ArchiveEntry] {
    const number = ++this.#last;
    return [
      { name: `${number}.json`, ...store(writeBlockList(listEntries(block))) },
      { name: `${number}.${SUFFIX[block.codec]}.address`, ...store(Buffer.from(block.address)) },
    ];
  }
}

/** Without the positions, which follow from the sizes. */
const listEntries = ({ members }: Members): (BlockMember | BlockGap)[] =>
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
  /** Whether blocks may have gaps, which only a registry sends. */
  gaps: boolean;
  /** Bytes of one content; default `LIMITS.recordingBytes`. */
  maximumContentBytes?: number;
  /** Whether the archive may contain URLs instead of bytes; only a registry sends them, on request. */
  addresses?: boolean;
}

/**
 * Reads an archive of blocks and contents in one pass. The parts are still packed; only their sizes are
 * checked.
 * @throws ArchiveError as `readArchive` does, and for a block without its list, a list without its
 * block, or an
 *   invalid list
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
      if (list !== null && BLOCK_NAME.test(name)) return maximumPacked(list.rawSize);
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
          mostBytes: maximumPacked(rawSize),
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

function maximumPacked(rawSize: number): number {
  return rawSize + Math.ceil(rawSize / PACKED_OVERHEAD_PART) + PACKED_OVERHEAD;
}
