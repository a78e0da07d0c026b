import type { PathProblem } from '../checkout/discover/digest-files.js';
import { writeState } from '../checkout/state/state-file.js';
import type { SyncState } from '../checkout/state/sync-state.js';
import type { Connection } from '../connection/registry/connection.js';
import type { SnapshotSummary } from '../connection/registry/snapshot.js';
import { filesIn } from './changes/choose-changes.js';
import { type ChangeOptions, findChanges } from './changes/find-changes.js';
import type { PushContext } from './negotiate/negotiate.js';
import type { Unplayable } from './negotiate/unplayable.js';
import { pushDifference } from './push-difference.js';
import type { PossibleSecrets } from './secrets/possible-secrets.js';
import type { RedactedFile } from './secrets/redact-files.js';
import { settingsToPush } from './settings-to-push.js';
import { stateAfterPush } from './state-after-push.js';
import type { FoundUnread } from './unread/find-unread.js';

export type PushOptions = PushContext & ChangeOptions;

export interface PushSummary {
  snapshot: SnapshotSummary;
  /** Whether the push created `snapshot`; false if nothing changed. */
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  /** The paths that the push removed because they are no longer on disk. */
  removedPaths: string[];
  /** What was removed because runs do not read it; undefined unless requested. */
  unread?: RemovedUnread;
  /** Recordings on disk that the ref already has. */
  unchanged: number;
  /** Contents that the registry did not have. */
  uploaded: number;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** Files that were stored but cannot be read as recordings, and files that cannot be pushed. */
  problems: PathProblem[];
  /**
   * What the user should know although the push succeeded, e.g. a default branch without
   * recordings.
   */
  warnings: string[];
  /** How the push changed the default branch and what moved with it; null if it did not. */
  defaultBranchChange: string | null;
  /** The pushed recordings that the recorder will not find; null if the registry does not say. */
  unplayable: Unplayable | null;
  /** What may be a secret in the pushed files; null if the registry does not say. */
  possibleSecrets: PossibleSecrets | null;
  /** Files on disk in which secrets were replaced before the push. */
  redacted: { path: string; replacements: RedactedFile['replacements'] }[];
}

/** The recordings that a push removed because the runs of the default branch do not read them. */
export interface RemovedUnread {
  /** `words`: its path, model and last use, for people. */
  removed: { path: string; words: string }[];
  /** Recordings that runs do not read either, but that stay, and why. */
  kept: { path: string; reason: string }[];
  /** Why nothing was removed; null if something was. */
  nothing: string | null;
}

/**
 * Pushes what is new or changed on disk since the pull: discovers and digests files, negotiates
 * with the registry, and uploads the contents that it lacks. If nothing changed, the registry still
 * records the snapshot of the commit.
 * @throws RegistryError, LocalError; nothing of the push is visible then, and the next one uploads
 *   only what is missing
 */
export async function push(connection: Connection, options: PushOptions): Promise<PushSummary> {
  const found = await findChanges(connection, options);
  const { problems, warnings, files, ref, state } = found;
  const settings = await settingsToPush(options);
  if (settings.note !== null) warnings.push(settings.note);
  const pushed = await pushDifference(connection, { ...options, settings: settings.text }, found);
  const { result, uploaded, redacted, remove, isProven } = pushed;
  for (const { path, digest, size, mtimeMs } of redacted)
    files.set(path, { digest, size, mtimeMs, written: false });

  // A registry that lost the pulled state removes nothing.
  const leaving = remove.length === 0 ? [] : (found.unread?.remove.map(({ path }) => path) ?? []);
  if (leaving.length > 0) {
    const { removeFromDisk } = await import('./unread/remove-from-disk.js');
    warnings.push(...removeFromDisk(options.directory, leaving, found));
  }

  // Files that were not pushed must be new to the next push, too.
  const isOfRef = state?.target === ref.target;
  const known = options.onlyRemovals === true ? filesIn(files, isOfRef ? state.files : null) : files;
  const next = stateAfterPush(ref, state, { files: known, remove, result, isProven });
  const isReported = options.use !== undefined && options.use.snapshot === next.plan?.snapshot;
  writeState(options.directory, isReported ? await withReadsSetBack(options.directory, next) : next);
  const { snapshot, created, added, changed, removed, baseline, baselineReason } = result;
  const unchanged = files.size - added - changed;
  return {
    ...{ snapshot, created, added, changed, removed, unchanged, uploaded, baseline, baselineReason },
    removedPaths: remove,
    ...(found.unread !== null && { unread: describeRemoved(found.unread, leaving.length > 0) }),
    problems: [...problems, ...result.problems],
    warnings: [...warnings, ...result.warnings],
    defaultBranchChange: result.defaultBranchChange,
    unplayable: result.unplayable,
    possibleSecrets: result.possibleSecrets,
    redacted: redacted.map(({ path, replacements }) => ({ path, replacements })),
  };
}

function describeRemoved({ remove, kept, nothing }: FoundUnread, isRemoved: boolean): RemovedUnread {
  const removed = isRemoved ? remove.map(({ path, words }) => ({ path, words })) : [];
  const lost = remove.length > 0 && !isRemoved ? 'the registry no longer knows what was pulled' : null;
  return { removed, kept, nothing: nothing ?? lost };
}

// Loaded only on demand, like what removes files: most pushes need neither.
async function withReadsSetBack(directory: string, state: SyncState): Promise<SyncState> {
  const { setBackReads } = await import('../use/set-back-reads.js');
  return setBackReads(directory, state);
}
