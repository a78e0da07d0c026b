import type { Database } from '../../database/statements/database.js';
import { describePurge } from '../purged/purge.js';
import { purgesAmong } from '../purged/purge-store.js';
import { statesOf } from '../snapshots/entry-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import { type Held, planChanges } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/** What a push has to be told of the purged contents that it names. */
export interface PurgedInPush {
  /** Why the push is refused; null when it is not. */
  refused: string | null;
  /** Paths at which the ref names the purged content already, so that the push changes nothing there. */
  problems: { path: string; problem: string }[];
}

/**
 * Looks for purged contents among what a push names. One that the ref names already is left as it is: a file on
 * somebody's disk must not stand in the way of all else. Anywhere else it would be a new recording that nobody can
 * pull, so the push is refused.
 * @param at the ref, and what it is going to lie over
 */
export async function purgedInPush(
  tx: Database,
  at: { ref: Ref; below: Layer | null },
  wanted: Map<string, Held>,
): Promise<PurgedInPush> {
  const { ref, below } = at;
  const { repositoryId } = ref;
  const digests = [...new Set(wanted.values())].filter((digest) => digest !== null);
  const purges = await purgesAmong(tx, repositoryId, digests);
  if (purges.size === 0) return { refused: null, problems: [] };
  const named = new Map([...wanted].filter(([, digest]) => digest !== null && purges.has(digest)));
  const told = [...named].map(([path, digest]) => {
    const purge = purges.get(digest ?? '');
    return { path, problem: `its content was ${purge ? describePurge(purge) : 'purged'}` };
  });
  const base = below && (await keyAt(tx, repositoryId, below));
  const plan = planChanges(named, await statesOf(tx, repositoryId, ref.id, base, [...named.keys()]));
  const touched = told.filter(({ path }) => plan.touched.includes(path));
  const [first] = touched;
  if (first) {
    const others = touched.length > 1 ? ` (and ${touched.length - 1} more paths with purged contents)` : '';
    const refused = `${JSON.stringify(first.path)} cannot be pushed: ${first.problem}${others}. Delete the file and record it anew`;
    return { refused, problems: [] };
  }
  const advice = 'the registry does not keep it; delete the file and record it anew';
  return {
    refused: null,
    problems: told.map(({ path, problem }) => ({ path, problem: `${problem}; ${advice}` })),
  };
}
