import type { PathProblem } from '../checkout/discover/digest-files.js';
import type { PlannedFile } from '../checkout/plan/plan.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import { type ChangeOptions, type FoundChanges, findChanges } from '../push/changes/find-changes.js';
import { filesOf } from '../push/negotiate/negotiate.js';
import type { RedactedFile } from '../push/secrets/redact-files.js';
import { withRedaction } from '../push/secrets/with-redaction.js';
import { upload } from '../push/upload/upload.js';
import { sendWatchPush, type WatchPosition, type WatchPushed } from './watch-mutation.js';

export interface WatchOptions extends Omit<ChangeOptions, 'target'>, WatchPosition {
  /** The default branch, which was pulled. */
  branch: string;
  /** The git commit that the tests ran on. */
  commit: string;
  /** The id of the pulled snapshot. */
  base: string;
  /** Whether to replace secrets by placeholders, also in the files on disk, instead of failing. */
  redact?: boolean;
}

export interface WatchPushSummary {
  /** Null if nothing was recorded: then nothing was sent, too. */
  pushed: WatchPushed | null;
  /** The number of recordings written since the pull, also with the bytes that were pulled. */
  recorded: number;
  /** The number of recordings that differ from what was pulled, and of those that are gone. */
  changed: number;
  removed: number;
  /** Files that cannot be pushed, or were stored but cannot be read as recordings. */
  problems: PathProblem[];
  warnings: string[];
  redacted: Pick<RedactedFile, 'path' | 'replacements'>[];
}

// As for a push: one round returns the missing contents, one stores the recordings.
const MAX_ROUNDS = 4;

/**
 * Sends what a run recorded since the pull, to be compared with the default branch. The branch and the state
 * of the directory do not change.
 * @throws RegistryError, SecretsError, LocalError; the registry stores nothing of the repeat then
 */
export async function pushWatch(connection: Connection, options: WatchOptions): Promise<WatchPushSummary> {
  const { branch, directory } = options;
  const found = await findChanges(connection, { ...options, target: { branch } });
  const { add, remove, problems, warnings } = found;
  const recorded = countRecorded(found);
  const counts = { recorded, changed: add.length, removed: remove.length, problems, warnings };
  // An empty repeat would say that nothing differs.
  if (recorded === 0) return { ...counts, pushed: null, redacted: [] };
  const { result, redacted } = await withRedaction(connection, { ...options, directory }, add, (files) =>
    sendWithContents(connection, options, { add: files, remove }),
  );
  return {
    ...counts,
    pushed: result,
    problems: [...problems, ...result.problems],
    warnings: [...warnings, ...result.warnings],
    redacted: redacted.map(({ path, replacements }) => ({ path, replacements })),
  };
}

/** The recordings that were written since the pull, which sets the time of each file that it knows. */
function countRecorded({ files, state, ref }: FoundChanges): number {
  const known = state?.target === ref.target ? state : null;
  let recorded = 0;
  for (const [path, { mtimeMs }] of files) {
    const before = known?.files.get(path) ?? known?.remaining.get(path);
    if (before?.mtimeMs !== mtimeMs) recorded++;
  }
  return recorded;
}

async function sendWithContents(
  connection: Connection,
  options: WatchOptions,
  changes: { add: PlannedFile[]; remove: string[] },
): Promise<WatchPushed> {
  const { branch, directory, commit, base, run, attempt, repeat, repeats, onProgress } = options;
  const input = { run, attempt, repeat, repeats, commit, base, ...changes };
  // Undefined settings: a watch never changes those of the branch.
  const place = { directory, target: { branch }, settings: undefined };
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const outcome = await sendWatchPush(connection, input);
    if ('pushed' in outcome) return outcome.pushed;
    await upload(connection, place, filesOf(outcome.missing, changes.add), onProgress);
  }
  throw new RegistryError(
    'SERVER',
    'The registry keeps asking for contents that were uploaded. Try again later.',
  );
}
