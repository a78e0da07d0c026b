import { ArchiveError } from '../contents/archive-error.js';
import type { ArchiveEntry } from '../contents/packed-content.js';
import { LIMITS } from '../limits.js';
import { FLAG, METHOD, RECORD_BYTES, SIGNATURE } from './archive-layout.js';
import { ByteQueue } from './byte-queue.js';

export interface ReadBounds {
  /** Bytes that one entry may have, unpacked; by its name where names differ in that. */
  maximumEntryBytes: number | ((name: string) => number);
  maximumEntries: number;
}

// Deflate grows what cannot be compressed by 5 bytes for every block of at least 16 KiB; anything beyond is no honest deflate.
const DEFLATE_OVERHEAD = 64;
const DEFLATE_BLOCK_BYTES = 16 * 1024;

/**
 * Reads a zip archive in one pass, an entry at a time. An entry's bytes stay packed (see `unpack`); nothing of it is
 * trusted but its lengths, which are bounded. The directory at the end is read through to know that the archive is whole.
 * @throws ArchiveError for what is no archive, for what is not supported (encryption, data descriptors, other methods), for
 *   what exceeds the bounds, and, after the whole entries it had, for an archive that ends early. Errors of the source pass.
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
  bounds: ReadBounds,
): AsyncGenerator<ArchiveEntry> {
  const queue = new ByteQueue(source);
  let entries = 0;
  try {
    while (true) {
      const signature = (await record(queue, 4)).readUInt32LE(0);
      if (signature !== SIGNATURE.localHeader) {
        await readDirectory(queue, signature, entries);
        return;
      }
      if (++entries > bounds.maximumEntries) {
        throw new ArchiveError(`the archive has more than ${bounds.maximumEntries} entries`);
      }
      yield await readEntry(queue, bounds);
    }
  } finally {
    await queue.close();
  }
}

async function readEntry(queue: ByteQueue, bounds: ReadBounds): Promise<ArchiveEntry> {
  const header = await record(queue, RECORD_BYTES.localHeader - 4);
  const flags = header.readUInt16LE(2);
  const method = header.readUInt16LE(4);
  const packedSize = header.readUInt32LE(14);
  const size = header.readUInt32LE(18);
  const extraBytes = header.readUInt16LE(24);
  const name = nameOf(await record(queue, boundedName(header.readUInt16LE(22))));
  if (flags & FLAG.encrypted) throw new ArchiveError(`entry ${name} is encrypted`);
  if (flags & FLAG.dataDescriptor) {
    throw new ArchiveError(`entry ${name} states its size after its bytes; it must stand before them`);
  }
  if (method !== METHOD.store && method !== METHOD.deflate) {
    throw new ArchiveError(`entry ${name} uses method ${method}; only stored and deflated ones are read`);
  }
  const { maximumEntryBytes: most } = bounds;
  const maximum = typeof most === 'number' ? most : most(name);
  if (size > maximum) {
    throw new ArchiveError(`entry ${name} has ${size} bytes; at most ${maximum} are accepted`);
  }
  const mostPacked = method === METHOD.store ? size : mostDeflated(size);
  if (packedSize > mostPacked || (method === METHOD.store && packedSize !== size)) {
    throw new ArchiveError(`entry ${name} claims ${packedSize} packed bytes for a content of ${size}`);
  }
  if (extraBytes > 0) await take(queue, boundedName(extraBytes));
  return {
    name,
    size,
    crc32: header.readUInt32LE(10),
    method: method === METHOD.store ? 'store' : 'deflate',
    bytes: await take(queue, packedSize),
  };
}

/**
 * Reads the directory, whose first signature is already taken, up to the end of the archive. Each record may stand there as often
 * as it has a meaning: a directory that goes on and on is none.
 */
async function readDirectory(queue: ByteQueue, first: number, entries: number): Promise<void> {
  let listed = 0;
  const once = new Set<number>();
  for (let signature = first; ; signature = (await record(queue, 4)).readUInt32LE(0)) {
    if (signature === SIGNATURE.centralHeader) {
      const header = await record(queue, RECORD_BYTES.centralHeader - 4);
      for (const at of [24, 26, 28]) await take(queue, boundedName(header.readUInt16LE(at)));
      if (++listed > entries) break;
      continue;
    }
    if (once.has(signature)) throw new ArchiveError("the archive's directory has a record twice");
    once.add(signature);
    if (signature === SIGNATURE.zip64End) {
      const rest = Number((await record(queue, 8)).readBigUInt64LE(0));
      if (rest > 64 * 1024) throw new ArchiveError('the archive has a damaged zip64 record');
      await take(queue, rest);
    } else if (signature === SIGNATURE.zip64Locator) {
      await take(queue, RECORD_BYTES.zip64Locator - 4);
    } else if (signature === SIGNATURE.end) {
      await take(queue, (await record(queue, RECORD_BYTES.end - 4)).readUInt16LE(16));
      break;
    } else {
      throw new ArchiveError('not a zip archive, or a damaged one');
    }
  }
  if (listed !== entries) {
    throw new ArchiveError(`the archive's directory does not list its ${entries} entries`);
  }
  if (!(await queue.atEnd())) throw new ArchiveError('the archive is followed by other bytes');
}

/** Names and extra fields may have 64 KiB each by the format, which thousands of entries would make a flood of nothing. */
function boundedName(length: number): number {
  if (length <= LIMITS.archiveNameBytes) return length;
  throw new ArchiveError(
    `an entry has a name or extra field of ${length} bytes; at most ${LIMITS.archiveNameBytes} are accepted`,
  );
}

function mostDeflated(size: number): number {
  return size + 5 * Math.ceil(size / DEFLATE_BLOCK_BYTES) + DEFLATE_OVERHEAD;
}

function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ArchiveError('an entry has a name that is not UTF-8');
  }
}

async function record(queue: ByteQueue, length: number): Promise<Buffer> {
  return queue.takeAtOnce(length) ?? Buffer.concat(await take(queue, length));
}

async function take(queue: ByteQueue, length: number): Promise<Uint8Array[]> {
  const atOnce = queue.takeAtOnce(length);
  if (atOnce !== null) return length === 0 ? [] : [atOnce];
  const bytes = await queue.take(length);
  if (bytes === null) throw new ArchiveError('the archive ended early');
  return bytes;
}
