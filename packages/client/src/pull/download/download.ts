import {
  ArchiveError,
  type Block,
  LIMITS,
  readTransfer,
  type Transferred,
  unpack,
} from '@fixture-registry/protocol';
import { contentPath } from '../../connection/http/content-route.js';
import { networkError } from '../../connection/http/network-error.js';
import { requestRegistry } from '../../connection/http/request.js';
import { withRetries } from '../../connection/http/retry.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError, TransientError } from '../../connection/registry/registry-error.js';
import { fetchPresignedBlocks } from './presigned-blocks.js';

const CONTENT_TYPE = 'application/json';

/** A block of which contents are wanted, still packed, as it came. */
export interface DownloadedBlock extends Omit<Block, 'members'> {
  /** Those of its contents that were asked for, each once in a whole download; what else is in it is not for us. */
  wanted: Named[];
}

/** A content with its place in the unpacked block. */
export type Named = { digest: string; size: number; start: number };

/**
 * Downloads contents, all in one request, and hands over the blocks in which they come. After a broken connection, or damage, only what
 * is missing is asked for again.
 * @param sizes what to download: digests with the bytes each content has
 * @param atOnce how many blocks are handed over before the first of them has to be done with, so that memory stays bounded
 * @param receive verifies a block's contents and keeps them; rejects with a TransientError where they are damaged
 */
export async function download(
  connection: Connection,
  sizes: Map<string, number>,
  atOnce: number,
  receive: (block: DownloadedBlock) => Promise<void>,
): Promise<void> {
  // Where addresses brought nothing, the registry is asked for the bytes themselves.
  let follows = true;
  for (const part of partsOf([...sizes.keys()], LIMITS.downloadDigests)) {
    const missing = new Set(part);
    await withRetries(connection, async (progressed) => {
      let got = 0;
      const receiving = new Set<Promise<void>>();
      try {
        for await (const block of blocksOf(connection, missing, sizes, follows)) {
          const digests = block.wanted.map(({ digest }) => digest);
          const received = receive(block).then(
            () => {
              receiving.delete(received);
              got++;
              progressed();
            },
            (error: unknown) => {
              for (const digest of digests) missing.add(digest);
              throw error;
            },
          );
          // It is looked at below; until then it must not count as unhandled.
          received.catch(() => undefined);
          receiving.add(received);
          if (receiving.size >= atOnce) await Promise.race(receiving);
        }
        await Promise.all(receiving);
      } catch (error) {
        // Nothing is written any more once a download has failed, and what was counts.
        await Promise.allSettled(receiving);
        follows &&= got > 0;
        throw error;
      }
    });
    const [lost] = missing;
    if (lost !== undefined) {
      throw new RegistryError(
        'GONE',
        `The registry no longer has ${missing.size} of the contents, the first is ${lost}. Pull again.`,
      );
    }
  }
}

/** The blocks of one answer; what they bring is missing no more. */
async function* blocksOf(
  connection: Connection,
  missing: Set<string>,
  sizes: Map<string, number>,
  follows: boolean,
): AsyncGenerator<DownloadedBlock> {
  const archive = await openArchive(connection, missing, sizes, follows);
  try {
    while (true) {
      const transferred = await nextOf(connection, archive, missing);
      if (transferred === null) return;
      const block = wantedOf(transferred, missing, sizes);
      for (const { digest } of block.wanted) missing.delete(digest);
      yield block;
    }
  } finally {
    // Also frees the connection when something in it was refused.
    await archive.return(undefined).catch(() => undefined);
  }
}

async function openArchive(
  connection: Connection,
  missing: Set<string>,
  sizes: Map<string, number>,
  follows: boolean,
): Promise<AsyncGenerator<Transferred>> {
  const response = await requestRegistry(connection, {
    method: 'POST',
    path: contentPath(connection),
    contentType: CONTENT_TYPE,
    body: JSON.stringify({ digests: [...missing], blocks: true, addresses: follows }),
  });
  const bounds = {
    // At the worst each content comes in a block of its own, which is two entries.
    maximumEntries: 2 * missing.size,
    gaps: true,
    maximumContentBytes: mostOf(missing, sizes),
  };
  if (!follows) return readTransfer(response, bounds);
  return fetchPresignedBlocks(connection, readTransfer(response, { ...bounds, addresses: true }));
}

/** A broken stream and a broken archive look the same from here: a proxy may end an answer early without an error. */
async function nextOf(
  connection: Connection,
  archive: AsyncGenerator<Transferred>,
  missing: Set<string>,
): Promise<Transferred | null> {
  try {
    const next = await archive.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    // Only the directory at its end was lost.
    if (missing.size === 0) return null;
    if (error instanceof TransientError) throw error;
    throw error instanceof ArchiveError ? damaged(error.message) : networkError(connection, error);
  }
}

/** The most bytes that any of the contents has. */
function mostOf(missing: Set<string>, sizes: Map<string, number>): number {
  let most = 0;
  for (const digest of missing) most = Math.max(most, sizes.get(digest) ?? 0);
  return most;
}

/** What came, with the contents that are wanted of it. @throws RegistryError for what was not asked for, or is not what was planned */
function wantedOf(
  transferred: Transferred,
  missing: Set<string>,
  sizes: Map<string, number>,
): DownloadedBlock {
  const members = membersOf(transferred);
  const wanted: Named[] = [];
  for (const { digest, size, start } of members) {
    if (missing.has(digest)) wanted.push({ digest, size, start });
  }
  if (wanted.length === 0) {
    const digest = members[0]?.digest ?? 'none';
    throw new RegistryError('SERVER', `The registry sent a content that was not asked for: ${digest}`);
  }
  // Before anything is unpacked: a plan that is small must not fill the memory or the disk.
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

function membersOf(transferred: Transferred): Named[] {
  if (transferred.kind === 'block') return transferred.block.members;
  const { name, size } = transferred.entry;
  return [{ digest: name, size, start: 0 }];
}

/** A content that comes on its own is a block of one, and unpacked here, where its checksum is. */
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

/** Damage on the way is over at the next try; damage at the registry stays, and is told after the last. */
export function damaged(what: string): TransientError {
  return new TransientError(
    new RegistryError('SERVER', `A download from the registry was damaged: ${what}.`),
  );
}

function* partsOf<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
