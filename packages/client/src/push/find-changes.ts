import { discover } from '../checkout/discover.js';
import { DEFAULT_PATHS } from '../checkout/recording-places.js';
import { requireDirectory } from '../checkout/require-directory.js';
import { readState, type StoredState } from '../checkout/sync-state.js';
import { type Connection, registryAddress } from '../connection/connection.js';
import { RegistryError } from '../connection/registry-error.js';
import type { OnProgress } from '../progress.js';
import { askPlan, type PlannedFile } from '../pull/plan.js';
import { type Target, targetKey } from '../target.js';
import { filesToAdd, pathsToRemove } from './choose-changes.js';
import { type DigestedFiles, digestFiles, type PathProblem } from './digest-files.js';

export interface ChangeQuestion {
  /** The repository's root. */
  directory: string;
  target: Target;
  /** Patterns; `DEFAULT_PATHS` unless given. */
  paths?: string[];
  /** Whether to remove from the ref what the paths no longer hold on disk. */
  prune?: boolean;
  candidates?: string[];
  baseline?: string;
  onProgress?: OnProgress;
}

/** What a push would name, and how it was found. */
export interface FoundChanges {
  add: PlannedFile[];
  remove: string[];
  /** Files that cannot be pushed. */
  problems: PathProblem[];
  /** Every recording on disk. */
  files: DigestedFiles['files'];
  known: { registry: string; repository: string; target: string };
  /** What state remembers of this directory, of whichever ref; null when it remembers nothing. */
  state: StoredState | null;
}

/** Compares the directory with what was pulled to it; changes nothing. Without `prune` the registry is not asked. */
export async function findChanges(connection: Connection, options: ChangeQuestion): Promise<FoundChanges> {
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
  const found = discover(directory, paths);
  const { files, problems } = digestFiles(directory, found, state, onProgress);
  const add = filesToAdd(files, ofThisRef?.files ?? null);
  const remove =
    options.prune === true
      ? pathsToRemove(await heldPaths(connection, options, ofThisRef), paths, new Set(found))
      : [];
  return { add, remove, problems, files, known, state };
}

/**
 * The paths from which pruning may take: what this directory held of the ref when it was pulled, so that what other jobs
 * pushed since then stays; all of the ref where the directory never pulled it. And what was purged: no pull brings it, so it
 * would stay in the ref for ever.
 */
async function heldPaths(
  connection: Connection,
  { target, candidates, baseline }: ChangeQuestion,
  ofThisRef: StoredState | null,
): Promise<string[]> {
  const wasPulled = ofThisRef !== null && (ofThisRef.selection !== null || ofThisRef.snapshot !== null);
  const pulled = wasPulled ? [...ofThisRef.files.keys()] : [];
  const question = {
    target,
    ...(candidates !== undefined && { candidates }),
    ...(baseline !== undefined && { baseline }),
  };
  try {
    const { files, purged } = await askPlan(connection, question, wasPulled ? ofThisRef.snapshot : null);
    const held = wasPulled ? pulled : files.map(({ path }) => path);
    return [...new Set([...held, ...purged.map(({ path }) => path)])];
  } catch (error) {
    // The first push to a ref has nothing to take from.
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return pulled;
    throw error;
  }
}
