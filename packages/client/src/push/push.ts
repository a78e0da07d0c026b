import type { PathProblem } from '../checkout/discover/digest-files.js';
import { writeState } from '../checkout/state/sync-state.js';
import type { Connection } from '../connection/registry/connection.js';
import type { SnapshotSummary } from '../connection/registry/snapshot.js';
import { type ChangeQuestion, findChanges } from './changes/find-changes.js';
import type { PushTerms } from './negotiate/negotiate.js';
import { pushDifference } from './push-difference.js';
import type { RedactedFile } from './secrets/redact-files.js';
import { settingsToPush } from './settings-to-push.js';
import { stateAfterPush } from './state-after-push.js';

export type PushOptions = PushTerms & ChangeQuestion;

export interface PushSummary {
  snapshot: SnapshotSummary;
  /** False when nothing changed, and the snapshot is the one that was there. */
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  /** The paths that the push removed, because they are no longer on disk. */
  removedPaths: string[];
  /** Recordings found on disk that are as the ref has them. */
  unchanged: number;
  /** Contents that the registry did not have yet. */
  uploaded: number;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** Files that are stored but could not be read as recordings, and files that could not be pushed. */
  problems: PathProblem[];
  /** What the user should know although the push was made, e.g. a default branch without recordings. */
  warnings: string[];
  /** How the push changed the default branch and what that carried along; null when it did not. */
  defaultBranchChange: string | null;
  /** Files on disk in which secrets were replaced before they were pushed. */
  redacted: { path: string; replacements: RedactedFile['replacements'] }[];
}

/**
 * Pushes what is new or changed on disk since the pull: discover, digest, name it to the registry, upload what it lacks.
 * Also when nothing is: the registry then notes which snapshot the commit has.
 * @throws RegistryError, LocalError; the push is then not visible to anybody, and the next one uploads only what is missing
 */
export async function push(connection: Connection, options: PushOptions): Promise<PushSummary> {
  const found = await findChanges(connection, options);
  const { problems, warnings, files, known, state } = found;
  const settings = await settingsToPush(options);
  if (settings.note !== null) warnings.push(settings.note);
  const pushed = await pushDifference(connection, { ...options, settings: settings.text }, found);
  const { result, uploaded, redacted, remove, isProven } = pushed;
  for (const { path, digest, size, mtimeMs } of redacted)
    files.set(path, { digest, size, mtimeMs, written: false });

  writeState(options.directory, stateAfterPush(known, state, { files, remove, result, isProven }));
  const { snapshot, created, added, changed, removed, baseline, baselineReason } = result;
  const unchanged = files.size - added - changed;
  return {
    ...{ snapshot, created, added, changed, removed, unchanged, uploaded, baseline, baselineReason },
    removedPaths: remove,
    problems: [...problems, ...result.problems],
    warnings: [...warnings, ...result.warnings],
    defaultBranchChange: result.defaultBranchChange,
    redacted: redacted.map(({ path, replacements }) => ({ path, replacements })),
  };
}
