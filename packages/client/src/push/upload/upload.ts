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

// Unpacked bytes per archive. An archive is kept in memory so that it can be sent again, and is
// what a retry repeats. Small enough that the registry reads one while the client packs the next.
const ARCHIVE_BYTES = 8 * 1024 * 1024;

/** The registry's response to an upload. */
interface Receipt {
  stored: number;
  present: number;
  refused: { digest: string; message: string; findings?: Omit<SecretInFile, 'path' | 'digest'>[] }[];
}

/** Counts of contents. */
interface Uploaded {
  sent: number;
  /** How many of them the registry already had. */
  present: number;
}

/**
 * The ref and settings of an upload, by which the registry decides which possible secrets are
 * allowed.
 */
export interface UploadPlace {
  directory: string;
  target: Target;
  /** The text of the settings file, which applies to a branch; undefined for a pull request. */
  settings: string | undefined;
}

/**
 * Uploads contents in archives of bounded size. Packs the next archive while one is being sent.
 * @throws LocalError if a file has changed since it was digested; RegistryError if the registry
 *   refuses a content; SecretsError, after everything else is uploaded, for all contents with
 *   possible secrets
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
      sending = sendArchive(connection, place, archive, files).then((result) => {
        secrets.push(...result.secrets);
        uploaded.present += result.present;
        uploaded.sent += blocks.reduce((sum, { members }) => sum + members.length, 0);
        onProgress?.({ step: 'upload', done: uploaded.sent, total: files.length });
      });
      // The next `await sending` handles a failure; until then it must not count as unhandled.
      sending.catch(() => undefined);
    }
  } finally {
    await sending;
  }
  if (secrets.length > 0) throw new SecretsError(secrets);
  return uploaded;
}

/** Groups blocks into archives. A block larger than an archive is sent alone. */
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

/** The settings come first: the registry applies them to the contents that follow. */
function archiveOf({ settings }: UploadPlace, blocks: Block[]): Promise<Buffer> {
  const names = new BlockNames();
  const contents = blocks.flatMap((block) => names.entriesOf(block, pack));
  const first: ArchiveEntry[] =
    settings === undefined ? [] : [{ ...pack(Buffer.from(settings)), name: 'settings' }];
  return buffer(writeArchive([...first, ...contents]));
}

/**
 * @returns how many contents the registry already had, and the possible secrets in those that it
 *   refused for them
 */
async function sendArchive(
  connection: Connection,
  { target }: UploadPlace,
  archive: Buffer,
  files: PlannedFile[],
): Promise<{ present: number; secrets: SecretInFile[] }> {
  const receipt = await withRetries(connection, async () => {
    const response = await requestRegistry(connection, {
      method: 'PUT',
      path: `${contentPath(connection)}?${searchParams(target)}`,
      contentType: 'application/zip',
      body: archive as Buffer<ArrayBuffer>,
    });
    return JSON.parse(await readResponse(connection, response, MAX_BYTES.receipt)) as Receipt;
  });
  const pathOf = (digest: string) => files.find((file) => file.digest === digest)?.path ?? digest;
  const [refused, ...more] = (receipt.refused ?? []).filter(({ findings }) => findings === undefined);
  if (refused === undefined) {
    const secrets = (receipt.refused ?? []).flatMap(({ digest, findings = [] }) =>
      findings.map(({ kind, place, masked }) => ({ path: pathOf(digest), digest, kind, place, masked })),
    );
    return { present: receipt.present, secrets };
  }
  const andMore = more.length > 0 ? ` (and ${more.length} more)` : '';
  throw new RegistryError(
    'INVALID',
    `The registry refused ${pathOf(refused.digest)}: ${refused.message}${andMore}`,
  );
}

function searchParams(target: Target): URLSearchParams {
  if ('branch' in target) return new URLSearchParams({ branch: target.branch });
  const { pullRequest, base } = target;
  return new URLSearchParams({ pullRequest: String(pullRequest), ...(base !== undefined && { base }) });
}
