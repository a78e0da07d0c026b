import { type DigestedFiles, digestFiles, type PathProblem } from '../../checkout/discover/digest-files.js';
import { discover } from '../../checkout/discover/discover.js';
import { linkedRecordings } from '../../checkout/discover/linked-recordings.js';
import { failForNothingFound, nothingFound } from '../../checkout/discover/nothing-found.js';
import { readPathPatterns } from '../../checkout/discover/path-patterns.js';
import { recordingPaths } from '../../checkout/discover/recording-paths.js';
import { recordingPlaces } from '../../checkout/discover/recording-places.js';
import { requireDirectory } from '../../checkout/files/require-directory.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { OnProgress } from '../../checkout/progress.js';
import { lastPullFailed } from '../../checkout/state/failed-pull.js';
import { readState } from '../../checkout/state/state-file.js';
import type { StoredState } from '../../checkout/state/sync-state.js';
import { type Connection, registryAddress } from '../../connection/registry/connection.js';
import { type Target, targetKey } from '../../connection/registry/target.js';
import { findRemovals } from '../prune/find-removals.js';
import type { Prune } from '../prune/prune-rule.js';
import type { FoundUnread, findUnread, UnreadRemoval } from '../unread/find-unread.js';
import { filesToAdd } from './choose-changes.js';

export interface ChangeOptions {
  /** The repository's root. */
  directory: string;
  target: Target;
  /** Path patterns of recordings; by default those of the settings file, or `DEFAULT_PATHS`. */
  paths?: string[];
  /** Whether to remove recordings from the ref that match `paths` and are no longer on disk. */
  prune?: Prune;
  /**
   * Which recordings to remove from a pull request because the runs of the default branch do not read them.
   */
  unread?: UnreadRemoval;
  /** Whether to push removals alone, and no file. */
  onlyRemovals?: boolean;
  /**
   * Whether the pull of this job failed; by default, whether the last pull to the directory failed.
   */
  pullFailed?: boolean;
  /**
   * What to do with `prune` after a failed pull: refuse the push (default), or push without
   * pruning.
   */
  afterFailedPull?: 'refuse' | 'skip';
  /** What to do if no file is found; by default `fail` if `paths` are given, else `warn`. */
  ifNothingFound?: 'fail' | 'warn';
  candidates?: string[];
  baseline?: string;
  onProgress?: OnProgress;
}

/** The changes that a push would make, and what they were found from. */
export interface FoundChanges {
  add: PlannedFile[];
  remove: string[];
  /** The part of `remove` that runs do not read, and what is kept of it; null unless requested. */
  unread: FoundUnread | null;
  /** Path patterns of recordings. */
  patterns: string[];
  /** Files that cannot be pushed. */
  problems: PathProblem[];
  /** What the user should know although the push continues. */
  warnings: string[];
  /** Every recording on disk. */
  files: DigestedFiles['files'];
  ref: { registry: string; repository: string; target: string };
  /** The state of this directory, for whichever ref; null if there is none. */
  state: StoredState | null;
}

/**
 * Compares the directory with what was pulled to it; changes nothing. Sends requests only
 * if `prune` or `unread` is set.
 * @throws LocalError for paths or a settings file that are invalid, for paths that match nothing, and
 *   if pruning is refused; RegistryError
 */
export async function findChanges(connection: Connection, options: ChangeOptions): Promise<FoundChanges> {
  const { directory, target, onProgress } = options;
  requireDirectory(directory);
  const ref = {
    registry: registryAddress(connection),
    repository: `${connection.repository.owner}/${connection.repository.name}`,
    target: targetKey({ target }),
  };
  const { given, patterns: paths, source } = await recordingPaths(directory, options.paths);
  const { found, links } = recordingsOnDisk(directory, paths);
  const state = readState(directory, ref, connection.log);
  const stateOfRef = state?.target === ref.target ? state : null;

  const { files, problems } = digestFiles(directory, found, state, onProgress);
  for (const path of links) problems.push({ path, problem: 'not pushed: it is a symbolic link' });
  const pullFailed = options.pullFailed ?? lastPullFailed(directory);
  const onDisk = new Set([...found, ...links]);
  const { remove: gone, skipped } = await findRemovals(
    connection,
    { ...options, pullFailed },
    { paths, onDisk, state },
  );
  const unpushable = problems.map(({ path }) => path);
  const local = { directory, patterns: paths, files, unpushable, pullFailed };
  const unread = await unreadToRemove(connection, options, local);
  const unreadPaths = unread?.remove.map(({ path }) => path) ?? [];
  const remove = [...new Set([...gone, ...unreadPaths])].sort();
  const leaving = new Set(unreadPaths);
  const staying = new Map([...files].filter(([path]) => !leaving.has(path)));
  const add = options.onlyRemovals === true ? [] : filesToAdd(staying, stateOfRef?.files ?? null);
  const result = { add, remove, unread, patterns: paths, problems, files, ref, state };
  if (options.onlyRemovals === true) return { ...result, warnings: [] };
  const warnings = skipped === null ? [] : [skipped];
  if (found.length === 0 && remove.length === 0) {
    const action = options.ifNothingFound ?? (source === 'user' ? 'fail' : 'warn');
    if (action === 'fail') failForNothingFound(directory, given);
    warnings.push(nothingFound(directory, given));
  } else if (source !== 'default') {
    warnings.push(...unmatchedPatterns(given, directory, onDisk));
  }
  return { ...result, warnings };
}

function recordingsOnDisk(directory: string, paths: string[]): { found: string[]; links: string[] } {
  const symbolicLinks: string[] = [];
  const found = discover(directory, paths, (path) => symbolicLinks.push(path));
  const refusal = recordingPlaces(paths);
  const isRecording = (path: string) => refusal(path) === null;
  return { found, links: linkedRecordings(directory, symbolicLinks, isRecording, new Set(found)) };
}

/** A warning for each pattern that no file on disk matches. */
function unmatchedPatterns(given: readonly string[], directory: string, onDisk: Set<string>): string[] {
  return given.flatMap((pattern) => {
    const refusal = recordingPlaces(readPathPatterns([pattern], directory));
    for (const path of onDisk) if (refusal(path) === null) return [];
    return [nothingFound(directory, [pattern])];
  });
}

/** Loaded only on demand: other pushes would pay for its modules at every start. */
async function unreadToRemove(
  connection: Connection,
  options: ChangeOptions,
  local: Parameters<typeof findUnread>[3],
): Promise<FoundUnread | null> {
  if (options.unread === undefined) return null;
  const { findUnread } = await import('../unread/find-unread.js');
  return findUnread(connection, options.unread, options, local);
}
