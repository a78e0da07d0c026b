import { Readable } from 'node:stream';
import { type ArchiveEntry, LIMITS } from '@fixture-registry/protocol';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { BlockStoreError } from '../../store/blocks/block-store-error.js';
import type { SentContent } from '../../store/contents/send-contents.js';
import { PurgedContents } from '../../store/purged/refuse-purged.js';

/** Size of the pieces into which large parts are copied, in bytes. */
const PIECE_BYTES = 256 * 1024;

/** Streams an archive as the response. */
export function archiveResponse(c: Context, archive: AsyncIterable<Uint8Array>): Response {
  c.header('content-type', 'application/zip');
  c.header('cache-control', 'no-store');
  const bytes = Readable.from(inPieces(archive), { objectMode: false, highWaterMark: PIECE_BYTES });
  return c.body(Readable.toWeb(bytes) as ReadableStream);
}

/** Copies large parts in pieces: a whole part would stay in memory until its last byte is sent. */
async function* inPieces(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of archive) {
    if (part.byteLength <= LIMITS.blockBytes) yield part;
    else {
      for (let start = 0; start < part.byteLength; start += PIECE_BYTES) {
        yield Buffer.from(part.subarray(start, start + PIECE_BYTES));
      }
    }
  }
}

/** Makes an archive entry for each name of each content. */
export async function* entriesNamed(
  contents: AsyncIterable<SentContent>,
  namesOf: (digest: string) => string[],
): AsyncGenerator<ArchiveEntry> {
  for await (const { digest, ...packed } of contents) {
    for (const name of namesOf(digest)) yield { name, ...packed };
  }
}

/**
 * Loads the first entry, and returns all entries. A store that fails at once is then reported with
 * an HTTP status; after the response has begun, it could only be cut off.
 */
export async function withFirstLoaded(
  entries: AsyncIterable<ArchiveEntry>,
): Promise<AsyncIterable<ArchiveEntry>> {
  const remaining = entries[Symbol.asyncIterator]();
  const first = await remaining.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => remaining };
  })();
}

/**
 * Ends the archive early when the content store fails or a content is purged meanwhile. Without its
 * central directory the client knows that the archive is incomplete: it keeps what it received and
 * requests the rest, and that response reports the failure. Aborting the connection instead would
 * lose bytes that are still in transit.
 */
export async function* endingEarly(
  archive: AsyncIterable<Uint8Array>,
  log: Logger,
): AsyncGenerator<Uint8Array> {
  try {
    yield* archive;
  } catch (error) {
    if (error instanceof PurgedContents) {
      log.info({ reason: error.message }, 'a download ends early, because a content was purged meanwhile');
    } else if (error instanceof BlockStoreError) {
      log.error({ err: error }, 'the content store fails within a download');
    } else throw error;
  }
}
