import { buffer } from 'node:stream/consumers';
import { type ArchiveEntry, pack, writeArchive } from '@fixture-registry/protocol';
import { readRecording } from '../checkout/local-file.js';
import type { Connection } from '../connection/connection.js';
import { RegistryError } from '../connection/registry-error.js';
import { ask, unreachable } from '../connection/request.js';
import { withRetries } from '../connection/retry.js';
import { LocalError } from '../local-error.js';
import type { OnProgress } from '../progress.js';
import { contentPath } from '../pull/download.js';
import type { PlannedFile } from '../pull/plan.js';

// An archive is held in memory so that it can be sent again; after a broken connection one of them is all that is repeated.
const ARCHIVE_BYTES = 16 * 1024 * 1024;
const ARCHIVE_ENTRIES = 2000;

interface Stored {
  stored: number;
  present: number;
  refused: { digest: string; message: string }[];
}

/**
 * Uploads contents in archives of bounded size. While one is on its way the next is packed.
 * @returns how many contents were sent
 * @throws LocalError when a file is no longer what was named, RegistryError when the registry refuses a content
 */
export async function upload(
  connection: Connection,
  directory: string,
  files: PlannedFile[],
  onProgress?: OnProgress,
): Promise<number> {
  let done = 0;
  let sending: Promise<void> = Promise.resolve();
  try {
    for (const batch of batches(directory, files)) {
      const archive = await buffer(writeArchive(batch));
      await sending;
      sending = send(connection, archive, files).then(() => {
        done += batch.length;
        onProgress?.({ step: 'upload', done, total: files.length });
      });
      // A failure is taken up by the next await; until then it must not count as unhandled.
      sending.catch(() => undefined);
    }
  } finally {
    await sending;
  }
  return done;
}

/** Packs file after file, and gives what fills an archive; a recording larger than one travels alone. */
function* batches(directory: string, files: PlannedFile[]): Generator<ArchiveEntry[]> {
  let batch: ArchiveEntry[] = [];
  let bytes = 0;
  for (const file of files) {
    const entry = packed(directory, file);
    const size = entry.bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (batch.length === ARCHIVE_ENTRIES || (batch.length > 0 && bytes + size > ARCHIVE_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function packed(directory: string, { path, digest }: PlannedFile): ArchiveEntry {
  const { bytes, digest: digestNow } = readNow(directory, path);
  if (digestNow !== digest) throw new LocalError(`${path} changed while it was pushed. Push again.`, path);
  return { ...pack(bytes), name: digest };
}

function readNow(directory: string, path: string): { bytes: Buffer; digest: string } {
  try {
    return readRecording(directory, path);
  } catch (error) {
    throw new LocalError(`${path} can no longer be read: ${(error as Error).message}. Push again.`, path);
  }
}

async function send(connection: Connection, archive: Buffer, files: PlannedFile[]): Promise<void> {
  const answer = await withRetries(connection, async () => {
    const response = await ask(connection, {
      method: 'PUT',
      path: contentPath(connection),
      contentType: 'application/zip',
      body: archive as Buffer<ArrayBuffer>,
    });
    return (await response.json().catch((error) => {
      throw unreachable(connection, error);
    })) as Stored;
  });
  const [refused] = answer.refused ?? [];
  if (refused === undefined) return;
  const path = files.find(({ digest }) => digest === refused.digest)?.path ?? refused.digest;
  const more = answer.refused.length > 1 ? ` (and ${answer.refused.length - 1} more)` : '';
  throw new RegistryError('INVALID', `The registry refused ${path}: ${refused.message}${more}`);
}
