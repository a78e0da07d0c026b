import { DEFAULT_PATHS } from '../../checkout/discover/recording-places.js';
import { LocalError } from '../../checkout/local-error.js';
import { fetchPlan } from '../../checkout/plan/fetch-plan.js';
import type { StoredState } from '../../checkout/state/sync-state.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import { type Target, targetKey } from '../../connection/registry/target.js';
import { pathsToRemove } from './paths-to-remove.js';
import { decidePrune, type Prune } from './prune-rule.js';

export interface PruneQuestion {
  target: Target;
  prune?: Prune;
  pullFailed: boolean;
  afterFailedPull?: 'refuse' | 'skip';
  candidates?: string[];
  baseline?: string;
}

/** What the directory holds and remembers. */
interface Local {
  paths: string[];
  onDisk: Set<string>;
  state: StoredState | null;
}

/**
 * The paths that a pruning push removes.
 * @returns them, and why nothing is removed although pruning was asked for
 * @throws LocalError where the rule refuses (see `decidePrune`)
 */
export async function removals(
  connection: Connection,
  question: PruneQuestion,
  { paths, onDisk, state }: Local,
): Promise<{ remove: string[]; skipped: string | null }> {
  const { prune, pullFailed, afterFailedPull = 'refuse' } = question;
  if (prune === undefined || prune === false) return { remove: [], skipped: null };
  if (pullFailed && afterFailedPull === 'skip') {
    const skipped =
      'Nothing was pruned: the pull of this job failed, and what was never pulled is not removed.';
    return { remove: [], skipped };
  }
  const { held, purged } = await heldPaths(connection, question, state);
  const gone = pathsToRemove(held, paths, onDisk);
  const covered = pathsToRemove(held, paths, new Set()).length;
  const decision = decidePrune({ prune, covered, gone: gone.length, pullFailed });
  if (!decision.prunes) throw new LocalError(`${decision.reason} Nothing was pushed.`);
  return { remove: [...new Set([...gone, ...pathsToRemove(purged, paths, onDisk)])].sort(), skipped: null };
}

/**
 * Holds removals that somebody else chose, such as a fork's job, against the rule.
 * @throws LocalError where it refuses
 */
export async function requirePrunable(
  connection: Connection,
  question: { target: Target; paths?: string[]; prune?: Prune; candidates?: string[]; baseline?: string },
  remove: string[],
): Promise<void> {
  if (remove.length === 0 || question.prune === 'force') return;
  const { held } = await heldPaths(connection, { ...question, pullFailed: false }, null);
  const covered = pathsToRemove(held, question.paths ?? DEFAULT_PATHS, new Set());
  const removed = new Set(remove);
  const gone = covered.filter((path) => removed.has(path)).length;
  const decision = decidePrune({ prune: true, covered: covered.length, gone, pullFailed: false });
  if (!decision.prunes) throw new LocalError(`${decision.reason} Nothing was pushed.`);
}

/**
 * The paths from which pruning may take: what a pull brought to this directory, so that what other jobs pushed
 * since then stays; all of the ref where nothing was ever pulled. What was purged counts apart: no pull brings it,
 * so it would stay in the ref for ever, and nothing is lost by removing it.
 */
async function heldPaths(
  connection: Connection,
  { target, candidates, baseline }: PruneQuestion,
  state: StoredState | null,
): Promise<{ held: string[]; purged: string[] }> {
  const ofThisRef = state?.target === targetKey({ target });
  const pulled = state?.pulled === true ? state.files : null;
  const question = {
    target,
    ...(candidates !== undefined && { candidates }),
    ...(baseline !== undefined && { baseline }),
  };
  try {
    const have = pulled !== null && ofThisRef ? (state?.snapshot ?? null) : null;
    const plan = await fetchPlan(connection, question, have);
    const purged = plan.purged.map(({ path }) => path);
    const isPurged = new Set(purged);
    const ofRef = plan.files.map(({ path }) => path);
    if (pulled === null) return { held: ofRef, purged };
    // What was pulled of another ref, such as the base of a pull request, counts as far as this one has it.
    const held = ofThisRef ? [...pulled.keys()] : ofRef.filter((path) => pulled.has(path));
    return { held: held.filter((path) => !isPurged.has(path)), purged };
  } catch (error) {
    // The first push to a ref has nothing to take from.
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return { held: [], purged: [] };
    throw error;
  }
}
