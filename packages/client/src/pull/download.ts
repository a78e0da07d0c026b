import {
  type ArchiveEntry,
  ArchiveError,
  digestOf,
  LIMITS,
  readArchive,
  unpack,
} from '@fixture-registry/protocol';
import type { Connection } from '../connection/connection.js';
import { RegistryError, TransientError } from '../connection/registry-error.js';
import { ask, unreachable } from '../connection/request.js';
import { withRetries } from '../connection/retry.js';

const CONTENT_TYPE = 'application/json';

/**
 * Downloads contents, all in one request, and hands each over as it comes, verified. After a broken connection only what
 * is missing is asked for again.
 * @param sizes what to download: digests with the bytes each content has; each is handed over once
 * @param receive takes a content; the download waits for the promise, so that memory stays bounded
 */
export async function download(
  connection: Connection,
  sizes: Map<string, number>,
  receive: (digest: string, bytes: Buffer) => Promise<void> | void,
): Promise<void> {
  for (const part of partsOf([...sizes.keys()], LIMITS.downloadDigests)) {
    const wanted = new Set(part);
    await withRetries(connection, async (progressed) => {
      const archive = await openArchive(connection, wanted, sizes);
      try {
        while (true) {
          const entry = await nextEntry(connection, archive, wanted);
          if (entry === null) break;
          const bytes = verified(entry, wanted, sizes);
          await receive(entry.name, bytes);
          wanted.delete(entry.name);
          progressed();
        }
      } finally {
        // Also frees the connection when the entry was refused.
        await archive.return(undefined).catch(() => undefined);
      }
    });
    const [lost] = wanted;
    if (lost !== undefined) {
      throw new RegistryError(
        'GONE',
        `The registry no longer has ${wanted.size} of the contents, the first is ${lost}. Pull again.`,
      );
    }
  }
}

async function openArchive(
  connection: Connection,
  wanted: Set<string>,
  sizes: Map<string, number>,
): Promise<AsyncGenerator<ArchiveEntry>> {
  const response = await ask(connection, {
    method: 'POST',
    path: contentPath(connection),
    contentType: CONTENT_TYPE,
    body: JSON.stringify({ digests: [...wanted] }),
  });
  if (response.body === null) throw new RegistryError('SERVER', 'The registry sent no archive.');
  return readArchive(response.body as AsyncIterable<Uint8Array>, {
    maximumEntryBytes: mostOf(wanted, sizes),
    maximumEntries: wanted.size,
  });
}

/** The route of a repository's contents, for downloads and uploads. */
export function contentPath({ repository: { owner, name } }: Connection): string {
  return `/-/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/content`;
}

/** A broken stream and a broken archive look the same from here: a proxy may end an answer early without an error. */
async function nextEntry(
  connection: Connection,
  archive: AsyncGenerator<ArchiveEntry>,
  wanted: Set<string>,
): Promise<ArchiveEntry | null> {
  try {
    const next = await archive.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    // Only the directory at its end was lost.
    if (wanted.size === 0) return null;
    throw error instanceof ArchiveError ? damaged(error.message) : unreachable(connection, error);
  }
}

/** The most bytes that any of the contents has. */
function mostOf(wanted: Set<string>, sizes: Map<string, number>): number {
  let most = 0;
  for (const digest of wanted) most = Math.max(most, sizes.get(digest) ?? 0);
  return most;
}

function verified(entry: ArchiveEntry, wanted: Set<string>, sizes: Map<string, number>): Buffer {
  if (!wanted.has(entry.name)) {
    throw new RegistryError('SERVER', `The registry sent a content that was not asked for: ${entry.name}`);
  }
  // Before anything is unpacked: a plan that is small must not fill the memory or the disk.
  const planned = sizes.get(entry.name);
  if (entry.size !== planned) {
    throw new RegistryError(
      'SERVER',
      `The registry sent ${entry.size} bytes for a content that it planned with ${planned}: ${entry.name}`,
    );
  }
  try {
    const bytes = unpack(entry);
    if (digestOf(bytes) === entry.name) return bytes;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw damaged(`content ${entry.name}: ${error.message}`);
  }
  throw damaged(`content ${entry.name} is other bytes than its digest says`);
}

/** Damage on the way is over at the next try; damage at the registry stays, and is told after the last. */
function damaged(what: string): TransientError {
  return new TransientError(
    new RegistryError('SERVER', `A download from the registry was damaged: ${what}.`),
  );
}

function* partsOf<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
