import { DEFAULT_PATTERNS } from '@fixture-registry/protocol';
import { LocalError } from '../../checkout/local-error.js';
import { fetchPlan } from '../../checkout/plan/fetch-plan.js';
import type { StoredState } from '../../checkout/state/sync-state.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import { type Target, targetKey } from '../../connection/registry/target.js';
import { pathsToRemove } from './paths-to-remove.js';
import { decidePrune, type Prune } from './prune-rule.js';

export interface PruneOptions {
  target: Target;
  prune?: Prune;
  pullFailed: boolean;
  afterFailedPull?: 'refuse' | 'skip';
  candidates?: string[];
  baseline?: string;
}

/** The directory's recordings and state. */
interface LocalRecordings {
  paths: string[];
  onDisk: Set<string>;
  state: StoredState | null;
}

/**
 * Finds the paths that a pruning push removes.
 * @returns them, and why nothing is removed although pruning was requested
 * @throws LocalError if `decidePrune` refuses; RegistryError
 */
export async function findRemovals(
  connection: Connection,
  options: PruneOptions,
  { paths, onDisk, state }: LocalRecordings,
): Promise<{ remove: string[]; skipped: string | null }> {
  const { prune, pullFailed, afterFailedPull = 'refuse' } = options;
  if (prune === undefined || prune === false) return { remove: [], skipped: null };
  if (pullFailed && afterFailedPull === 'skip') {
    const skipped =
      'Nothing was pruned: the pull of this job failed, and recordings that were never pulled ' +
      'are not removed.';
    return { remove: [], skipped };
  }
  const { removable, purged } = await removablePaths(connection, options, state);
  const gone = pathsToRemove(removable, paths, onDisk);
  const covered = pathsToRemove(removable, paths, new Set()).length;
  requireAllowed({ prune, covered, gone: gone.length, pullFailed });
  return { remove: [...new Set([...gone, ...pathsToRemove(purged, paths, onDisk)])].sort(), skipped: null };
}

/**
 * Applies the rule for pruning to removals that are already chosen, e.g. by the job of a fork.
 * @throws LocalError if `decidePrune` refuses; RegistryError
 */
export async function requirePrunable(
  connection: Connection,
  options: { target: Target; paths?: string[]; prune?: Prune; candidates?: string[]; baseline?: string },
  remove: string[],
): Promise<void> {
  if (remove.length === 0 || options.prune === 'force') return;
  const { removable } = await removablePaths(connection, { ...options, pullFailed: false }, null);
  const covered = pathsToRemove(removable, options.paths ?? DEFAULT_PATTERNS, new Set());
  const removed = new Set(remove);
  const gone = covered.filter((path) => removed.has(path)).length;
  requireAllowed({ prune: true, covered: covered.length, gone, pullFailed: false });
}

function requireAllowed(facts: Parameters<typeof decidePrune>[0]): void {
  const decision = decidePrune(facts);
  if (!decision.prunes) throw new LocalError(`${decision.reason} Nothing was pushed.`);
}

/**
 * The paths that pruning may remove: those that a pull wrote to this directory, so that recordings
 * of other jobs stay; all paths of the ref if there was no pull. Purged recordings are listed
 * separately: no pull writes them, so they would stay in the ref for ever, and removing them loses
 * nothing.
 */
async function removablePaths(
  connection: Connection,
  { target, candidates, baseline }: PruneOptions,
  state: StoredState | null,
): Promise<{ removable: string[]; purged: string[] }> {
  const isSameRef = state?.target === targetKey({ target });
  const pulled = state?.pulled === true ? state.files : null;
  const request = {
    target,
    ...(candidates !== undefined && { candidates }),
    ...(baseline !== undefined && { baseline }),
  };
  try {
    const have = pulled !== null && isSameRef ? (state?.snapshot ?? null) : null;
    const plan = await fetchPlan(connection, request, have);
    const purged = plan.purged.map(({ path }) => path);
    const isPurged = new Set(purged);
    const inRef = plan.files.map(({ path }) => path);
    if (pulled === null) return { removable: inRef, purged };
    // Of files pulled from another ref, such as the base branch, only those that this ref has.
    const removable = isSameRef ? [...pulled.keys()] : inRef.filter((path) => pulled.has(path));
    return { removable: removable.filter((path) => !isPurged.has(path)), purged };
  } catch (error) {
    // Before the first push to a ref there is nothing to remove.
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return { removable: [], purged: [] };
    throw error;
  }
}
