import type { Database } from '../../database/statements/database.js';
import { describePurge } from '../purged/purge.js';
import { purgesAmong } from '../purged/purge-store.js';
import { statesOf } from '../snapshots/entry-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import { type PathDigest, planChanges } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/** The purged contents that a push names. */
export interface PurgedInPush {
  /** Why the push is refused; null when it is not. */
  refused: string | null;
  /** Paths where the ref already has the purged content, so that the push changes nothing. */
  problems: { path: string; problem: string }[];
}

/**
 * Finds purged contents in a push. A path where the ref already has the purged content is only reported: one
 * old file on disk must not block the push. Anywhere else it would be a new recording that cannot be pulled,
 * so the push is refused.
 * @param at the ref, and its new base
 */
export async function purgedInPush(
  tx: Database,
  at: { ref: Ref; base: Layer | null },
  changes: Map<string, PathDigest>,
): Promise<PurgedInPush> {
  const { ref } = at;
  const { repositoryId } = ref;
  const digests = [...new Set(changes.values())].filter((digest) => digest !== null);
  const purges = await purgesAmong(tx, repositoryId, digests);
  if (purges.size === 0) return { refused: null, problems: [] };
  const named = new Map([...changes].filter(([, digest]) => digest !== null && purges.has(digest)));
  const found = [...named].map(([path, digest]) => {
    const purge = purges.get(digest ?? '');
    return { path, problem: `its content was ${purge ? describePurge(purge) : 'purged'}` };
  });
  const base = at.base && (await keyAt(tx, repositoryId, at.base));
  const plan = planChanges(named, await statesOf(tx, repositoryId, ref.id, base, [...named.keys()]));
  const touched = found.filter(({ path }) => plan.touched.includes(path));
  const [first] = touched;
  if (first) {
    const more = touched.length > 1 ? ` (and ${touched.length - 1} more paths with purged contents)` : '';
    const refused = `${JSON.stringify(first.path)} cannot be pushed: ${first.problem}${more}. Delete the file and record it again`;
    return { refused, problems: [] };
  }
  const advice = 'the registry does not store it; delete the file and record it again';
  return {
    refused: null,
    problems: found.map(({ path, problem }) => ({ path, problem: `${problem}; ${advice}` })),
  };
}
