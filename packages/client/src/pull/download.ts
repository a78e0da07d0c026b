import {
  ArchiveError,
  contentIn,
  digestOf,
  LIMITS,
  readTransfer,
  type Transferred,
  unpack,
  unpackBlock,
} from '@fixture-registry/protocol';
import type { Connection } from '../connection/connection.js';
import { RegistryError, TransientError } from '../connection/registry-error.js';
import { ask, unreachable } from '../connection/request.js';
import { withRetries } from '../connection/retry.js';

const CONTENT_TYPE = 'application/json';

/**
 * Downloads contents, all in one request, and hands each over as it comes, verified. A block is unpacked at a time. After a broken connection only what
 * is missing is asked for again.
 * @param digests what to download; each is handed over once
 * @param receive takes a content; the download waits for the promise, so that memory stays bounded
 */
export async function download(
  connection: Connection,
  digests: Iterable<string>,
  receive: (digest: string, bytes: Buffer) => Promise<void> | void,
): Promise<void> {
  const missing = new Set(digests);
  for (const part of partsOf([...missing], LIMITS.downloadDigests)) {
    const wanted = new Set(part);
    await withRetries(connection, async (progressed) => {
      const archive = await openArchive(connection, wanted);
      try {
        while (true) {
          const transferred = await nextOf(connection, archive, wanted);
          if (transferred === null) break;
          for (const { digest, bytes } of verified(transferred, wanted)) {
            await receive(digest, bytes);
            wanted.delete(digest);
            progressed();
          }
        }
      } finally {
        // Also frees the connection when something in it was refused.
        await archive.return(undefined).catch(() => undefined);
      }
    });
    const [lost] = wanted;
    if (lost !== undefined) {
      throw new RegistryError(
        'NOT_FOUND',
        `The registry no longer has ${wanted.size} of the contents, the first is ${lost}. Pull again.`,
      );
    }
  }
}

async function openArchive(
  connection: Connection,
  wanted: Set<string>,
): Promise<AsyncGenerator<Transferred>> {
  const response = await ask(connection, {
    method: 'POST',
    path: contentPath(connection),
    contentType: CONTENT_TYPE,
    body: JSON.stringify({ digests: [...wanted], blocks: true }),
  });
  if (response.body === null) throw new RegistryError('SERVER', 'The registry sent no archive.');
  // At the worst each content comes in a block of its own, which is two entries.
  const bounds = { maximumEntries: 2 * wanted.size, gaps: true };
  return readTransfer(response.body as AsyncIterable<Uint8Array>, bounds);
}

/** The route of a repository's contents, for downloads and uploads. */
export function contentPath({ repository: { owner, name } }: Connection): string {
  return `/-/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/content`;
}

/** A broken stream and a broken archive look the same from here: a proxy may end an answer early without an error. */
async function nextOf(
  connection: Connection,
  archive: AsyncGenerator<Transferred>,
  wanted: Set<string>,
): Promise<Transferred | null> {
  try {
    const next = await archive.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    // Only the directory at its end was lost.
    if (wanted.size === 0) return null;
    throw error instanceof ArchiveError ? damaged(error.message) : unreachable(connection, error);
  }
}

/** The wanted ones of what came; the others in a block are skipped unseen. */
function* verified(
  transferred: Transferred,
  wanted: Set<string>,
): Generator<{ digest: string; bytes: Buffer }> {
  const named =
    transferred.kind === 'block'
      ? transferred.block.members.map(({ digest }) => digest)
      : [transferred.entry.name];
  if (!named.some((digest) => wanted.has(digest))) {
    throw new RegistryError('SERVER', `The registry sent a content that was not asked for: ${named[0]}`);
  }
  for (const { digest, bytes } of contentsOf(transferred, wanted)) {
    if (digestOf(bytes) !== digest) throw damaged(`content ${digest} is other bytes than its digest says`);
    yield { digest, bytes };
  }
}

function contentsOf(transferred: Transferred, wanted: Set<string>): { digest: string; bytes: Buffer }[] {
  try {
    if (transferred.kind === 'content') {
      return [{ digest: transferred.entry.name, bytes: unpack(transferred.entry) }];
    }
    const { block } = transferred;
    const raw = unpackBlock(block);
    const members = block.members.filter(({ digest }) => wanted.has(digest));
    return members.map((member) => ({ digest: member.digest, bytes: contentIn(raw, member) }));
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const [named] =
      transferred.kind === 'content'
        ? [transferred.entry.name]
        : transferred.block.members.map(({ digest }) => digest);
    throw damaged(`content ${named}: ${error.message}`);
  }
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
