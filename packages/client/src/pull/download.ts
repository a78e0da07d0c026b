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
          const transferred = await nextOf(connection, archive, wanted);
          if (transferred === null) break;
          for (const { digest, bytes } of verified(transferred, wanted, sizes)) {
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
): Promise<AsyncGenerator<Transferred>> {
  const response = await ask(connection, {
    method: 'POST',
    path: contentPath(connection),
    contentType: CONTENT_TYPE,
    body: JSON.stringify({ digests: [...wanted], blocks: true }),
  });
  return readTransfer(response, {
    // At the worst each content comes in a block of its own, which is two entries.
    maximumEntries: 2 * wanted.size,
    gaps: true,
    maximumContentBytes: mostOf(wanted, sizes),
  });
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

/** The most bytes that any of the contents has. */
function mostOf(wanted: Set<string>, sizes: Map<string, number>): number {
  let most = 0;
  for (const digest of wanted) most = Math.max(most, sizes.get(digest) ?? 0);
  return most;
}

/** The wanted ones of what came; the others in a block are skipped unseen. */
function* verified(
  transferred: Transferred,
  wanted: Set<string>,
  sizes: Map<string, number>,
): Generator<{ digest: string; bytes: Buffer }> {
  const named = contentsNamed(transferred);
  const asked = named.filter(({ digest }) => wanted.has(digest));
  const [first] = asked;
  if (first === undefined) {
    const digest = named[0]?.digest ?? 'none';
    throw new RegistryError('SERVER', `The registry sent a content that was not asked for: ${digest}`);
  }
  // Before anything is unpacked: a plan that is small must not fill the memory or the disk.
  for (const { digest, size } of asked) {
    const planned = sizes.get(digest);
    if (size === planned) continue;
    throw new RegistryError(
      'SERVER',
      `The registry sent ${size} bytes for a content that it planned with ${planned}: ${digest}`,
    );
  }
  const contentOf = unpacked(transferred, first.digest);
  for (const member of asked) {
    const bytes = contentOf(member);
    if (digestOf(bytes) !== member.digest) {
      throw damaged(`content ${member.digest} is other bytes than its digest says`);
    }
    yield { digest: member.digest, bytes };
  }
}

/** A content as an archive names it, with its place in what is unpacked together. */
type Named = { digest: string; size: number; start: number };

function contentsNamed(transferred: Transferred): Named[] {
  if (transferred.kind === 'block') return transferred.block.members;
  const { name, size } = transferred.entry;
  return [{ digest: name, size, start: 0 }];
}

function unpacked(transferred: Transferred, digest: string): (member: Named) => Buffer {
  try {
    const raw = transferred.kind === 'block' ? unpackBlock(transferred.block) : unpack(transferred.entry);
    return (member) => contentIn(raw, member);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw damaged(`content ${digest}: ${error.message}`);
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
