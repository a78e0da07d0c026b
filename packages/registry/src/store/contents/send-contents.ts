import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import {
  type ArchiveEntry,
  type BlockGap,
  BlockNames,
  contentIn,
  joined,
  type PackedContent,
  type PlacedMember,
  packAsync,
  unpackBytesAsync,
} from '@fixture-registry/protocol';
import {
  blocksInPortions,
  type LocatedBlock,
  locateContents,
  type Placed,
} from '../blocks/block-row-store.js';
import { refusePurged } from '../purged/refuse-purged.js';
import { type ContentSource, type RequestedBlock, requestedBlocks } from './load-contents.js';
import type { HeldMemory } from './memory.js';

/** Blocks up to this size in bytes, unpacked, are always sent whole. */
const ALWAYS_WHOLE_BYTES = 256 * 1024;
/**
 * A larger block is sent whole from this share of requested bytes on; below, unpacking it costs less than
 * sending it.
 */
const WHOLE_FROM_SHARE = 1 / 8;

/** A content as a single entry of an archive, without its name. */
export interface SentContent extends PackedContent {
  digest: string;
}

/**
 * The archive entries for the contents of the digests: whole blocks as stored, without recompression, each
 * once. When only a small part of a large block is requested, its contents are sent as single entries. Leaves
 * out unknown contents.
 * @param addresses whether to send presigned URLs instead of bytes where the store offers them
 * @throws PurgedContents after all other entries, when a content was purged in the meantime
 */
export async function* sendBlocks(
  source: ContentSource,
  repositoryId: number,
  digests: string[],
  { addresses }: { addresses: boolean },
): AsyncGenerator<ArchiveEntry> {
  const names = new BlockNames();
  const left = new Set(digests);
  if (addresses) yield* sendAddresses(source, repositoryId, left, names);
  for await (const block of requestedBlocks(source, repositoryId, [...left])) {
    for (const { digest } of block.requested) left.delete(digest);
    if (isSentWhole(block)) {
      yield* names.entriesOf({ ...block, members: withGaps(block.members, block.rawSize) });
    } else {
      for await (const { digest, ...packed } of apart(block)) yield { name: digest, ...packed };
    }
  }
  await refuseUnsent(source, repositoryId, left);
}

/** Sends presigned URLs of blocks, and removes their contents from the digests that remain to send. */
async function* sendAddresses(
  { db, blocks }: ContentSource,
  repositoryId: number,
  left: Set<string>,
  names: BlockNames,
): AsyncGenerator<ArchiveEntry> {
  if (blocks.outside.length === 0) return;
  const ids = await locateContents(db, repositoryId, [...left]);
  for await (const located of blocksInPortions(db, repositoryId, ids)) {
    for (const block of located) {
      const requested = block.members.filter(({ digest }) => left.has(digest));
      if (block.location === null || !isSentWhole({ ...block, requested })) continue;
      const address = await blocks.addressOf(db, repositoryId, block);
      if (address === null) continue;
      for (const { digest } of requested) left.delete(digest);
      const members = withGaps(block.members, block.rawSize);
      yield* names.entriesOfAddress({ codec: block.codec, members, address });
    }
  }
}

/**
 * The contents of the digests as single entries, for clients that do not support blocks. Leaves out unknown
 * contents.
 * @throws PurgedContents after all other contents, when a content was purged in the meantime
 */
export async function* sendContents(
  source: ContentSource,
  repositoryId: number,
  digests: string[],
): AsyncGenerator<SentContent> {
  const left = new Set(digests);
  for await (const content of contentsApart(source, repositoryId, digests)) {
    left.delete(content.digest);
    yield content;
  }
  await refuseUnsent(source, repositoryId, left);
}

/** The same for an archive, which leaves out purged contents as well. */
export async function* contentsApart(
  source: ContentSource,
  repositoryId: number,
  digests: string[],
): AsyncGenerator<SentContent> {
  for await (const block of requestedBlocks(source, repositoryId, digests, neededApart)) yield* apart(block);
}

/** Bytes in memory while a block is taken apart: as it is stored, in one piece, and unpacked. */
function neededApart({ codec, packedSize, rawSize }: LocatedBlock): number {
  return codec === 'raw' ? packedSize : 2 * packedSize + rawSize;
}

/** A purge may happen during a download; then the client must not take the sent part for all contents. */
async function refuseUnsent(
  { db, primary = db }: ContentSource,
  repositoryId: number,
  unsent: Set<string>,
): Promise<void> {
  if (unsent.size > 0) await refusePurged(primary, repositoryId, [...unsent]);
}

function isSentWhole({ rawSize, requested }: Pick<RequestedBlock, 'rawSize' | 'requested'>): boolean {
  const requestedBytes = requested.reduce((sum, { size }) => sum + size, 0);
  return rawSize <= ALWAYS_WHOLE_BYTES || requestedBytes >= rawSize * WHOLE_FROM_SHARE;
}

async function* apart(block: RequestedBlock): AsyncGenerator<SentContent> {
  const { codec, rawSize, bytes, requested, held } = block;
  const [content] = requested;
  // A large block that is its only content needs no second copy in memory.
  if (held !== null && content?.size === rawSize) {
    yield { digest: content.digest, ...(await alone(block, held)) };
    return;
  }
  const raw = await unpackBytesAsync(codec, joined(bytes), rawSize);
  for (const member of requested)
    yield { digest: member.digest, ...(await packAsync(contentIn(raw, member))) };
}

/**
 * The only content of a large block. While a client takes it, it is in memory once, or twice where it is
 * packed anew.
 */
async function alone(
  { codec, rawSize, packedSize, bytes }: RequestedBlock,
  held: HeldMemory,
): Promise<PackedContent> {
  if (codec === 'raw') {
    return { size: rawSize, crc32: await crcOf(bytes), method: 'store', bytes };
  }
  const packed = await packAsync(await unpackBytesAsync(codec, joined(bytes), rawSize));
  held.shrink(packedSize + packed.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  return packed;
}

/** Bytes whose CRC is computed in one step. */
const CRC_STEP = 8 * 1024 * 1024;

/** The CRC-32 of a content, computed in steps between which other requests are served. */
async function crcOf(chunks: Uint8Array[]): Promise<number> {
  let crc = 0;
  let inStep = 0;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.byteLength; start += CRC_STEP) {
      const part = chunk.subarray(start, start + CRC_STEP);
      crc = crc32(part, crc);
      inStep += part.byteLength;
      if (inStep < CRC_STEP) continue;
      inStep = 0;
      await setImmediate();
    }
  }
  return crc;
}

/** The list of members covers the whole block: unreferenced bytes are listed as gaps. */
function withGaps(members: Placed[], rawSize: number): (PlacedMember | BlockGap)[] {
  const listed: (PlacedMember | BlockGap)[] = [];
  let end = 0;
  for (const member of members) {
    if (member.start > end) listed.push({ digest: null, size: member.start - end });
    listed.push(member);
    end = member.start + member.size;
  }
  if (end < rawSize) listed.push({ digest: null, size: rawSize - end });
  return listed;
}
