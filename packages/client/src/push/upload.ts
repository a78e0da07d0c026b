import { buffer } from 'node:stream/consumers';
import { type ArchiveEntry, pack, writeArchive } from '@fixture-registry/protocol';
import { readRecording } from '../checkout/local-file.js';
import { MOST_BYTES } from '../connection/answer-text.js';
import type { Connection } from '../connection/connection.js';
import { RegistryError } from '../connection/registry-error.js';
import { ask, readText } from '../connection/request.js';
import { withRetries } from '../connection/retry.js';
import { LocalError } from '../local-error.js';
import type { OnProgress } from '../progress.js';
import { contentPath } from '../pull/download.js';
import type { PlannedFile } from '../pull/plan.js';
import type { Target } from '../target.js';
import { type SecretInFile, SecretsError } from './secrets-error.js';

// An archive is held in memory so that it can be sent again; after a broken connection one of them is all that is repeated.
const ARCHIVE_BYTES = 16 * 1024 * 1024;
const ARCHIVE_ENTRIES = 2000;

interface Stored {
  stored: number;
  present: number;
  refused: { digest: string; message: string; findings?: Omit<SecretInFile, 'path' | 'digest'>[] }[];
}

/** Where an upload is for: the registry looks there for what is allowed that looks like a secret. */
export interface UploadPlace {
  directory: string;
  target: Target;
  /** The text of the settings file, which counts for a branch; undefined for a pull request. */
  settings: string | undefined;
}

/**
 * Uploads contents in archives of bounded size. While one is on its way the next is packed.
 * @returns how many contents were sent
 * @throws LocalError when a file is no longer what was named, RegistryError when the registry refuses a content, SecretsError with
 *   all that it refuses for secrets; what else there was to upload is uploaded then
 */
export async function upload(
  connection: Connection,
  place: UploadPlace,
  files: PlannedFile[],
  onProgress?: OnProgress,
): Promise<number> {
  let done = 0;
  const secrets: SecretInFile[] = [];
  let sending: Promise<void> = Promise.resolve();
  try {
    for (const batch of batches(place.directory, files)) {
      const archive = await buffer(writeArchive([...settingsEntry(place), ...batch]));
      await sending;
      sending = send(connection, place, archive, files).then((found) => {
        secrets.push(...found);
        done += batch.length;
        onProgress?.({ step: 'upload', done, total: files.length });
      });
      // A failure is taken up by the next await; until then it must not count as unhandled.
      sending.catch(() => undefined);
    }
  } finally {
    await sending;
  }
  if (secrets.length > 0) throw new SecretsError(secrets);
  return done;
}

/** The settings of a branch go before its contents. */
function settingsEntry({ settings }: UploadPlace): ArchiveEntry[] {
  return settings === undefined ? [] : [{ ...pack(Buffer.from(settings)), name: 'settings' }];
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
  return { ...pack(bytes), name: `${digest}/${path}` };
}

function readNow(directory: string, path: string): { bytes: Buffer; digest: string } {
  try {
    return readRecording(directory, path);
  } catch (error) {
    throw new LocalError(`${path} can no longer be read: ${(error as Error).message}. Push again.`, path);
  }
}

/** @returns what looks like a secret in contents that were refused for it */
async function send(
  connection: Connection,
  { target }: UploadPlace,
  archive: Buffer,
  files: PlannedFile[],
): Promise<SecretInFile[]> {
  const answer = await withRetries(connection, async () => {
    const response = await ask(connection, {
      method: 'PUT',
      path: `${contentPath(connection)}?${queryOf(target)}`,
      contentType: 'application/zip',
      body: archive as Buffer<ArrayBuffer>,
    });
    return JSON.parse(await readText(connection, response, MOST_BYTES.receipt)) as Stored;
  });
  const pathOf = (digest: string) => files.find((file) => file.digest === digest)?.path ?? digest;
  const [refused, ...others] = (answer.refused ?? []).filter(({ findings }) => findings === undefined);
  if (refused === undefined) {
    return (answer.refused ?? []).flatMap(({ digest, findings = [] }) =>
      findings.map(({ kind, place, masked }) => ({ path: pathOf(digest), digest, kind, place, masked })),
    );
  }
  const path = pathOf(refused.digest);
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  throw new RegistryError('INVALID', `The registry refused ${path}: ${refused.message}${more}`);
}

function queryOf(target: Target): URLSearchParams {
  if ('branch' in target) return new URLSearchParams({ branch: target.branch });
  const { pullRequest, base } = target;
  return new URLSearchParams({ pullRequest: String(pullRequest), ...(base !== undefined && { base }) });
}
