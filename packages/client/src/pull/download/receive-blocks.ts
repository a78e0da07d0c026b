import { ArchiveError, type Block, readTransfer, type Transferred, unpack } from '@fixture-registry/protocol';
import { contentPath } from '../../connection/http/content-route.js';
import { networkError } from '../../connection/http/network-error.js';
import { requestRegistry } from '../../connection/http/request.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError, TransientError } from '../../connection/registry/registry-error.js';
import { fetchPresignedBlocks } from './presigned-blocks.js';

/** A packed block that contains requested contents. */
export interface DownloadedBlock extends Omit<Block, 'members'> {
  /**
   * The requested contents of the block. A content occurs once per download; other contents are
   * left out.
   */
  wanted: PlacedContent[];
}

/** A content and its position in the unpacked block, in bytes. */
export type PlacedContent = { digest: string; size: number; start: number };

/**
 * Requests contents and yields the blocks of the response.
 * @param missing the digests to request; each is deleted from the set when its block arrives
 * @param sizes the planned bytes of each content
 * @param presigned whether the registry may send presigned URLs instead of bytes
 * @throws TransientError for a broken or damaged transfer, RegistryError for contents that were not
 *   requested or planned
 */
export async function* receiveBlocks(
  connection: Connection,
  missing: Set<string>,
  sizes: Map<string, number>,
  presigned: boolean,
): AsyncGenerator<DownloadedBlock> {
  const archive = await openArchive(connection, missing, sizes, presigned);
  try {
    while (true) {
      const transferred = await nextOf(connection, archive, missing);
      if (transferred === null) return;
      const block = requestedBlock(transferred, missing, sizes);
      for (const { digest } of block.wanted) missing.delete(digest);
      yield block;
    }
  } finally {
    // Closes the connection if the archive was not read to its end.
    await archive.return(undefined).catch(() => undefined);
  }
}

/**
 * A TransientError: damage in transit is gone with the next attempt; damage in the registry is
 * reported after the last.
 */
export function damaged(what: string): TransientError {
  return new TransientError(
    new RegistryError('SERVER', `A download from the registry was damaged: ${what}.`),
  );
}

async function openArchive(
  connection: Connection,
  missing: Set<string>,
  sizes: Map<string, number>,
  presigned: boolean,
): Promise<AsyncGenerator<Transferred>> {
  const response = await requestRegistry(connection, {
    method: 'POST',
    path: contentPath(connection),
    contentType: 'application/json',
    body: JSON.stringify({ digests: [...missing], blocks: true, addresses: presigned }),
  });
  const bounds = {
    // In the worst case each content is in a block of its own, which has two entries.
    maximumEntries: 2 * missing.size,
    gaps: true,
    maximumContentBytes: largestOf(missing, sizes),
  };
  if (!presigned) return readTransfer(response, bounds);
  return fetchPresignedBlocks(connection, readTransfer(response, { ...bounds, addresses: true }));
}

/**
 * The next item; null at the end. A proxy may cut a response short without an error, so the archive
 * may be incomplete.
 */
async function nextOf(
  connection: Connection,
  archive: AsyncGenerator<Transferred>,
  missing: Set<string>,
): Promise<Transferred | null> {
  try {
    const next = await archive.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    // All contents have arrived; only the central directory at the end of the archive is lost.
    if (missing.size === 0) return null;
    if (error instanceof TransientError) throw error;
    throw error instanceof ArchiveError ? damaged(error.message) : networkError(connection, error);
  }
}

/** The most bytes that any of the contents has. */
function largestOf(missing: Set<string>, sizes: Map<string, number>): number {
  let largest = 0;
  for (const digest of missing) largest = Math.max(largest, sizes.get(digest) ?? 0);
  return largest;
}

/**
 * The block of a transferred item, with the requested contents in it.
 * @throws RegistryError if it contains none, or one with another size than planned
 */
function requestedBlock(
  transferred: Transferred,
  missing: Set<string>,
  sizes: Map<string, number>,
): DownloadedBlock {
  const members = membersOf(transferred);
  const wanted: PlacedContent[] = [];
  for (const { digest, size, start } of members) {
    if (missing.has(digest)) wanted.push({ digest, size, start });
  }
  if (wanted.length === 0) {
    const digest = members[0]?.digest ?? 'none';
    throw new RegistryError('SERVER', `The registry sent a content that was not requested: ${digest}`);
  }
  // Checked before anything is unpacked: a small plan must not fill the memory or the disk.
  for (const { digest, size } of wanted) {
    const planned = sizes.get(digest);
    if (size === planned) continue;
    throw new RegistryError(
      'SERVER',
      `The registry sent ${size} bytes for a content that it planned with ${planned}: ${digest}`,
    );
  }
  return { ...blockOf(transferred), wanted };
}

function membersOf(transferred: Transferred): PlacedContent[] {
  if (transferred.kind === 'block') return transferred.block.members;
  const { name, size } = transferred.entry;
  return [{ digest: name, size, start: 0 }];
}

/**
 * A content outside of blocks becomes a block of one. It is unpacked here, because its checksum is
 * in the entry.
 */
function blockOf(transferred: Transferred): Omit<Block, 'members'> {
  if (transferred.kind === 'block') {
    const { codec, rawSize, bytes } = transferred.block;
    return { codec, rawSize, bytes };
  }
  const { name, size } = transferred.entry;
  try {
    return { codec: 'raw', rawSize: size, bytes: [unpack(transferred.entry)] };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw damaged(`content ${name}: ${error.message}`);
  }
}
