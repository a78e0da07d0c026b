import type { Database } from '../../database/statements/database.js';
import { acceptedVersion } from '../promotion/promotion-store.js';
import { statesOf } from '../snapshots/entry-store.js';
import type { PathDigest } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/** The changes of a watch that its acceptance writes to a pull request. */
export interface AcceptedChanges {
  changes: Map<string, PathDigest>;
  /** Paths that stay as they are, because the pull request itself changes them in another way. */
  left: string[];
  /** Whether this pull request accepted the same version before. Then there are no changes. */
  isRepeated: boolean;
}

/**
 * Chooses the changes of an acceptance, within its transaction. What the runs of the pull request recorded counts more
 * than the watch, and so does what they do after the acceptance: a repeated one changes nothing.
 * @param ref the locked ref of the pull request
 */
export async function acceptedChanges(
  tx: Database,
  ref: Ref,
  watch: Layer,
  requested: Map<string, PathDigest>,
): Promise<AcceptedChanges> {
  const accepted = await acceptedVersion(tx, ref.repositoryId, watch.refId, ref.id);
  if (accepted === watch.version) return { changes: new Map(), left: [], isRepeated: true };
  const stateOf = await statesOf(tx, ref.repositoryId, ref.id, null, [...requested.keys()]);
  const left: string[] = [];
  const changes = new Map<string, PathDigest>();
  for (const [path, digest] of requested) {
    const { own } = stateOf(path);
    if (own === null) changes.set(path, digest);
    else if ((own === 'removed' ? null : own.digest) !== digest) left.push(path);
  }
  return { changes, left, isRepeated: false };
}
