import { ArchiveError } from '../contents/archive-error.js';
import type { ArchiveEntry } from '../contents/packed-content.js';
import { LIMITS } from '../limits.js';
import { FLAG, METHOD, RECORD_BYTES, SIGNATURE } from './archive-layout.js';
import { ByteQueue } from './byte-queue.js';

export interface ReadBounds {
  /** Unpacked bytes that one entry may have, or a function of its name. */
  maximumEntryBytes: number | ((name: string) => number);
  maximumEntries: number;
}

// Deflate adds at most 5 bytes for each block of 16 KiB of incompressible data.
const DEFLATE_OVERHEAD = 64;
const DEFLATE_BLOCK_BYTES = 16 * 1024;

/**
 * Reads an untrusted zip archive in one pass, one entry at a time. The bytes of an entry stay packed
 * (see `unpack`). The central directory is read to verify that the archive is complete.
 * @throws ArchiveError for invalid archives, unsupported features (encryption, data descriptors, other
 * compression
 * methods), archives above the bounds and, after its complete entries, an archive that ends early.
 * Errors of the
 *   source are rethrown.
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
  bounds: ReadBounds,
): AsyncGenerator<ArchiveEntry> {
  const queue = new ByteQueue(source);
  let entries = 0;
  try {
    while (true) {
      const signature = (await readRecord(queue, 4)).readUInt32LE(0);
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
  const header = await readRecord(queue, RECORD_BYTES.localHeader - 4);
  const flags = header.readUInt16LE(2);
  const method = header.readUInt16LE(4);
  const packedSize = header.readUInt32LE(14);
  const size = header.readUInt32LE(18);
  const extraBytes = header.readUInt16LE(24);
  const name = nameOf(await readRecord(queue, boundedName(header.readUInt16LE(22))));
  if (flags & FLAG.encrypted) throw new ArchiveError(`entry ${name} is encrypted`);
  if (flags & FLAG.dataDescriptor) {
    throw new ArchiveError(`entry ${name} has its size after its bytes; it must be in the local header`);
  }
  if (method !== METHOD.store && method !== METHOD.deflate) {
    throw new ArchiveError(
      `entry ${name} uses method ${method}; only stored and deflated entries are supported`,
    );
  }
  const { maximumEntryBytes: limit } = bounds;
  const maximum = typeof limit === 'number' ? limit : limit(name);
  if (size > maximum) {
    throw new ArchiveError(`entry ${name} has ${size} bytes; at most ${maximum} are accepted`);
  }
  const maximumPacked = method === METHOD.store ? size : maximumDeflated(size);
  if (packedSize > maximumPacked || (method === METHOD.store && packedSize !== size)) {
    throw new ArchiveError(`entry ${name} claims ${packedSize} packed bytes for a content of ${size}`);
  }
  if (extraBytes > 0) await readBytes(queue, boundedName(extraBytes));
  return {
    name,
    size,
    crc32: header.readUInt32LE(10),
    method: method === METHOD.store ? 'store' : 'deflate',
    bytes: await readBytes(queue, packedSize),
  };
}

/**
 * Reads the central directory up to the end of the archive.
 * @param first the signature of its first record, which is already read
 */
async function readDirectory(queue: ByteQueue, first: number, entries: number): Promise<void> {
  let listed = 0;
  // Other records occur once, which also bounds the length of the directory.
  const seen = new Set<number>();
  for (let signature = first; ; signature = (await readRecord(queue, 4)).readUInt32LE(0)) {
    if (signature === SIGNATURE.centralHeader) {
      const header = await readRecord(queue, RECORD_BYTES.centralHeader - 4);
      for (const at of [24, 26, 28]) await readBytes(queue, boundedName(header.readUInt16LE(at)));
      if (++listed > entries) break;
      continue;
    }
    if (seen.has(signature)) throw new ArchiveError("the archive's directory contains a record twice");
    seen.add(signature);
    if (signature === SIGNATURE.zip64End) {
      const rest = Number((await readRecord(queue, 8)).readBigUInt64LE(0));
      if (rest > 64 * 1024) throw new ArchiveError('the archive has a damaged zip64 record');
      await readBytes(queue, rest);
    } else if (signature === SIGNATURE.zip64Locator) {
      await readBytes(queue, RECORD_BYTES.zip64Locator - 4);
    } else if (signature === SIGNATURE.end) {
      await readBytes(queue, (await readRecord(queue, RECORD_BYTES.end - 4)).readUInt16LE(16));
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

/** The format allows 64 KiB for each name and extra field, too much for thousands of entries. */
function boundedName(length: number): number {
  if (length <= LIMITS.archiveNameBytes) return length;
  throw new ArchiveError(
    `an entry has a name or extra field of ${length} bytes; at most ${LIMITS.archiveNameBytes} are accepted`,
  );
}

function maximumDeflated(size: number): number {
  return size + 5 * Math.ceil(size / DEFLATE_BLOCK_BYTES) + DEFLATE_OVERHEAD;
}

function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ArchiveError('an entry has a name that is not UTF-8');
  }
}

async function readRecord(queue: ByteQueue, length: number): Promise<Buffer> {
  return queue.readBuffered(length) ?? Buffer.concat(await readBytes(queue, length));
}

async function readBytes(queue: ByteQueue, length: number): Promise<Uint8Array[]> {
  const atOnce = queue.readBuffered(length);
  if (atOnce !== null) return length === 0 ? [] : [atOnce];
  const bytes = await queue.read(length);
  if (bytes === null) throw new ArchiveError('the archive ended early');
  return bytes;
}
