import { buffer } from 'node:stream/consumers';
import { type ArchiveEntry, type Block, BlockNames, pack, writeArchive } from '@fixture-registry/protocol';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { OnProgress } from '../../checkout/progress.js';
import { contentPath } from '../../connection/http/content-route.js';
import { readResponse, requestRegistry } from '../../connection/http/request.js';
import { MAX_BYTES } from '../../connection/http/response-text.js';
import { withRetries } from '../../connection/http/retry.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import type { Target } from '../../connection/registry/target.js';
import { type SecretInFile, SecretsError } from '../secrets/secrets-error.js';
import { packBlocks } from './pack-blocks.js';

// Bytes, unpacked. An archive is held in memory so that it can be sent again; after a broken connection one of them is all that is
// repeated. Small enough, too, that the registry reads one while the next is packed.
const ARCHIVE_BYTES = 8 * 1024 * 1024;

interface Stored {
  stored: number;
  present: number;
  refused: { digest: string; message: string; findings?: Omit<SecretInFile, 'path' | 'digest'>[] }[];
}

/** What came of an upload. */
interface Uploaded {
  sent: number;
  /** Those of them that the registry had. */
  present: number;
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
 * @throws LocalError when a file is no longer what was named, RegistryError when the registry refuses a content, SecretsError with
 *   all that it refuses for secrets; what else there was to upload is uploaded then
 */
export async function upload(
  connection: Connection,
  place: UploadPlace,
  files: PlannedFile[],
  onProgress?: OnProgress,
): Promise<Uploaded> {
  const uploaded: Uploaded = { sent: 0, present: 0 };
  const secrets: SecretInFile[] = [];
  let sending: Promise<void> = Promise.resolve();
  try {
    for await (const blocks of batches(packBlocks(place.directory, files))) {
      const archive = await archiveOf(place, blocks);
      await sending;
      sending = send(connection, place, archive, files).then((answer) => {
        secrets.push(...answer.secrets);
        uploaded.present += answer.present;
        uploaded.sent += blocks.reduce((sum, { members }) => sum + members.length, 0);
        onProgress?.({ step: 'upload', done: uploaded.sent, total: files.length });
      });
      // A failure is taken up by the next await; until then it must not count as unhandled.
      sending.catch(() => undefined);
    }
  } finally {
    await sending;
  }
  if (secrets.length > 0) throw new SecretsError(secrets);
  return uploaded;
}

/** The settings of a branch go before its contents. */
function settingsEntry({ settings }: UploadPlace): ArchiveEntry[] {
  return settings === undefined ? [] : [{ ...pack(Buffer.from(settings)), name: 'settings' }];
}

/** Gathers what fills an archive; a block larger than one travels alone. */
async function* batches(blocks: AsyncIterable<Block>): AsyncGenerator<Block[]> {
  let batch: Block[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    if (batch.length > 0 && bytes + block.rawSize > ARCHIVE_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(block);
    bytes += block.rawSize;
  }
  if (batch.length > 0) yield batch;
}

function archiveOf(place: UploadPlace, blocks: Block[]): Promise<Buffer> {
  const names = new BlockNames();
  const entries = blocks.flatMap((block) => names.entriesOf(block, pack));
  return buffer(writeArchive([...settingsEntry(place), ...entries]));
}

/** @returns how many contents the registry had, and what looks like a secret in those that it refused for that */
async function send(
  connection: Connection,
  { target }: UploadPlace,
  archive: Buffer,
  files: PlannedFile[],
): Promise<{ present: number; secrets: SecretInFile[] }> {
  const answer = await withRetries(connection, async () => {
    const response = await requestRegistry(connection, {
      method: 'PUT',
      path: `${contentPath(connection)}?${queryOf(target)}`,
      contentType: 'application/zip',
      body: archive as Buffer<ArrayBuffer>,
    });
    return JSON.parse(await readResponse(connection, response, MAX_BYTES.receipt)) as Stored;
  });
  const pathOf = (digest: string) => files.find((file) => file.digest === digest)?.path ?? digest;
  const [refused, ...others] = (answer.refused ?? []).filter(({ findings }) => findings === undefined);
  if (refused === undefined) {
    const secrets = (answer.refused ?? []).flatMap(({ digest, findings = [] }) =>
      findings.map(({ kind, place, masked }) => ({ path: pathOf(digest), digest, kind, place, masked })),
    );
    return { present: answer.present, secrets };
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
