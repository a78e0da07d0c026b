import { LIMITS } from '@fixture-registry/protocol';
import { LocalError } from '../../checkout/local-error.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { OnProgress } from '../../checkout/progress.js';
import type { Since } from '../../checkout/state/sync-state.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError, type RegistryErrorCode } from '../../connection/registry/registry-error.js';
import type { Target } from '../../connection/registry/target.js';
import type { UseReport } from '../../use/use-report.js';
import { SecretsError } from '../secrets/secrets-error.js';
import { type UploadPlace, upload } from '../upload/upload.js';
import { type PushResult, sendPush } from './push-mutation.js';

/** The options of a push that do not depend on what it changes. */
export interface PushContext {
  /** The repository's root. */
  directory: string;
  target: Target;
  /** The git commit of the files. */
  commit?: string;
  /** Commit ids, nearest first, from which the registry chooses the baseline of a pull request. */
  candidates?: string[];
  /** The commit id or snapshot id of the baseline; replaces `candidates`. */
  baseline?: string;
  /** The repository's default branch, for a registry that does not know it yet. */
  defaultBranch?: string;
  /**
   * Whether to make `defaultBranch` the default branch even if the registry knows another. Requires
   * an admin.
   */
  setDefaultBranch?: boolean;
  /**
   * The text of the settings file; empty: the file was deleted; undefined: keep the current
   * settings.
   */
  settings?: string | undefined;
  /** Whether a fork made the recordings. The registry marks the pull request permanently. */
  fromFork?: boolean;
  /** The title of the pull request and its author's login, which the registry shows. */
  title?: string;
  author?: string;
  /** Whether to replace secrets by placeholders, also in the files on disk, instead of failing. */
  redact?: boolean;
  /** Which of the pulled recordings were read, see `readUse`; sent with the push. */
  use?: UseReport;
  onProgress?: OnProgress;
}

/** What a push changes. */
export interface PushChanges {
  add: PlannedFile[];
  remove: string[];
  /** The state that the changes are a difference to; undefined if they are complete. */
  since?: Since;
  /**
   * Whether `add` differs from what was pulled, so that the registry probably lacks these contents.
   */
  isNew?: boolean;
}

// New contents up to this many unpacked bytes are uploaded before the push: cheaper than another
// round trip.
const MAX_EARLY_UPLOAD_BYTES = 1024 * 1024;

// Usually two: one returns the missing contents, one pushes. Garbage collection in between may
// require another.
const MAX_ROUNDS = 4;

/**
 * Pushes files by their digests. The registry either creates the snapshot, or changes nothing and
 * returns which contents it lacks; these are uploaded, and the push is sent again.
 * @returns the push, and how many contents were uploaded that the registry lacked
 * @throws SinceUnknownError if the registry does not have the state that the changes are a
 *   difference to; SecretsError; RegistryError; LocalError for too many recordings, or for a file
 *   that changes meanwhile
 */
export async function negotiate(
  connection: Connection,
  options: PushContext,
  changes: PushChanges,
): Promise<{ result: PushResult; uploaded: number }> {
  const { add, remove } = changes;
  if (add.length + remove.length > LIMITS.recordingsPerPush) {
    throw new LocalError(
      `The push has ${add.length + remove.length} recordings, the maximum is ${LIMITS.recordingsPerPush}. ` +
        'Push fewer with --paths.',
    );
  }
  const { target, settings, commit, candidates, baseline, fromFork, defaultBranch, setDefaultBranch } =
    options;
  const { owner, name } = connection.repository;
  const input = {
    ...{ owner, name, ref: target, commit, candidates, baseline },
    ...{ defaultBranch, setDefaultBranch, fromFork, add, remove, settings },
  };
  const about = { title: options.title, author: options.author };
  const place = { directory: options.directory, target, settings };
  let uploaded = changes.isNew === true ? await uploadEarly(connection, place, options, add) : 0;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const outcome = await sendPush(connection, input, { since: changes.since, about, use: options.use });
    if ('result' in outcome) return { result: outcome.result, uploaded };
    const missing = filesOf(outcome.missing, add);
    uploaded += (await upload(connection, place, missing, options.onProgress)).sent;
  }
  throw new RegistryError(
    'SERVER',
    'The registry keeps asking for contents that were uploaded. Try again later.',
  );
}

/**
 * Uploads contents that the registry probably lacks, if they are small, so that one push is enough.
 * Errors about the repository, the ref or purged contents are left to the push, which reports them
 * better.
 * @returns how many contents the registry lacked
 */
async function uploadEarly(
  connection: Connection,
  place: UploadPlace,
  { onProgress }: PushContext,
  add: PlannedFile[],
): Promise<number> {
  if (add.length === 0 || add.reduce((sum, { size }) => sum + size, 0) > MAX_EARLY_UPLOAD_BYTES) return 0;
  try {
    const digests = add.map(({ digest }) => digest);
    const { sent, present } = await upload(connection, place, filesOf(digests, add), onProgress);
    return sent - present;
  } catch (error) {
    const isReportedByPush = error instanceof RegistryError && REPORTED_BY_PUSH.has(error.code);
    if (isReportedByPush && !(error instanceof SecretsError)) return 0;
    throw error;
  }
}

const REPORTED_BY_PUSH = new Set<RegistryErrorCode>(['NOT_FOUND', 'FORBIDDEN', 'INVALID']);

/** One file per digest. @throws RegistryError for a digest that is not in `add` */
export function filesOf(digests: string[], add: PlannedFile[]): PlannedFile[] {
  const byDigest = new Map(add.map((file) => [file.digest, file]));
  return [...new Set(digests)].map((digest) => {
    const file = byDigest.get(digest);
    if (file === undefined) {
      throw new RegistryError('SERVER', `The registry asks for a content that was not pushed: ${digest}`);
    }
    return file;
  });
}
