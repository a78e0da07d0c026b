import { DEFAULT_PATHS, discover } from '../checkout/discover.js';
import { requireDirectory } from '../checkout/require-directory.js';
import { readState, type StoredState, writeState } from '../checkout/sync-state.js';
import { type Connection, registryAddress } from '../connection/connection.js';
import { RegistryError } from '../connection/registry-error.js';
import { askPlan } from '../pull/plan.js';
import type { SnapshotSummary } from '../snapshot.js';
import { targetKey } from '../target.js';
import { filesToAdd, pathsToRemove } from './choose-changes.js';
import { digestFiles, type PathProblem } from './digest-files.js';
import { negotiate, type PushTerms } from './negotiate.js';
import { stateAfterPush } from './state-after-push.js';

export interface PushOptions extends PushTerms {
  /** Patterns; `DEFAULT_PATHS` unless given. */
  paths?: string[];
  /** Whether to remove from the ref what the paths no longer hold on disk. */
  prune?: boolean;
}

export interface PushSummary {
  snapshot: SnapshotSummary;
  /** False when nothing changed, and the snapshot is the one that was there. */
  created: boolean;
  added: number;
  changed: number;
  removed: number;
  /** Recordings found on disk that are as the ref has them. */
  unchanged: number;
  /** Contents that the registry did not have yet. */
  uploaded: number;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** Files that are stored but could not be read as recordings, and files that could not be pushed. */
  problems: PathProblem[];
}

/**
 * Pushes what is new or changed on disk since the pull: discover, digest, name it to the registry, upload what it lacks.
 * Also when nothing is: the registry then notes which snapshot the commit has.
 * @throws RegistryError, LocalError; the push is then not visible to anybody, and the next one uploads only what is missing
 */
export async function push(connection: Connection, options: PushOptions): Promise<PushSummary> {
  const { directory, target, onProgress } = options;
  requireDirectory(directory);
  const known = {
    registry: registryAddress(connection),
    repository: `${connection.repository.owner}/${connection.repository.name}`,
    target: targetKey({ target }),
  };
  const state = readState(directory, known, connection.log);
  const ofThisRef = state?.target === known.target ? state : null;

  const paths = options.paths ?? DEFAULT_PATHS;
  const found = await discover(directory, paths);
  const { files, problems } = digestFiles(directory, found, state, onProgress);
  const add = filesToAdd(files, ofThisRef?.files ?? null);
  const remove =
    options.prune === true
      ? pathsToRemove(await heldPaths(connection, options, ofThisRef), paths, new Set(found))
      : [];
  const { result, uploaded } = await negotiate(connection, options, { add, remove });

  writeState(directory, stateAfterPush(known, state, { files, remove, result }));
  const { snapshot, created, added, changed, removed, baseline, baselineReason } = result;
  const unchanged = files.size - added - changed;
  return {
    ...{ snapshot, created, added, changed, removed, unchanged, uploaded, baseline, baselineReason },
    problems: [...problems, ...result.problems],
  };
}

/**
 * The paths from which pruning may take: what this directory held of the ref when it was pulled, so that what other jobs
 * pushed since then stays; all of the ref where the directory never pulled it.
 */
async function heldPaths(
  connection: Connection,
  { target, candidates, baseline }: PushOptions,
  ofThisRef: StoredState | null,
): Promise<string[]> {
  const wasPulled = ofThisRef !== null && (ofThisRef.selection !== null || ofThisRef.snapshot !== null);
  if (wasPulled) return [...ofThisRef.files.keys()];
  const question = {
    target,
    ...(candidates !== undefined && { candidates }),
    ...(baseline !== undefined && { baseline }),
  };
  try {
    return (await askPlan(connection, question, null)).files.map(({ path }) => path);
  } catch (error) {
    // The first push to a ref has nothing to take from.
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}
