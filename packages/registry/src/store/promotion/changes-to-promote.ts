import type { Database } from '../../database/statements/database.js';
import { ownEntries, statesOf } from '../snapshots/entry-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import type { PathDigest } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';

/**
 * The changes of a promotion: path → digest, or null for a removed path. Leaves out changes of an earlier
 * promotion to the same branch: the branch may have newer ones at these paths.
 * @param versions the version to promote, and the version of the earlier promotion
 */
export async function changesToPromote(
  tx: Database,
  pullRequest: Ref,
  versions: { promoted: number; before: number | null },
): Promise<Map<string, PathDigest>> {
  const { repositoryId, id: refId } = pullRequest;
  const ownAt = async (version: number) => {
    const entries = await ownEntries(tx, repositoryId, { refId, version });
    return new Map(entries.map((entry) => [entry.path, entry.digest]));
  };
  const now = await ownAt(versions.promoted);
  if (versions.before === null) return now;

  const before = await ownAt(versions.before);
  const changes = new Map([...now].filter(([path, digest]) => before.get(path) !== digest));
  // A path that returned to the base's recording has no entry any more: the branch gets the base's recording.
  const reverted = [...before.keys()].filter((path) => !now.has(path));
  if (reverted.length === 0) return changes;
  const { layers } = await keyAt(tx, repositoryId, { refId, version: versions.promoted });
  const base = layers.length > 1 ? { repositoryId, layers: layers.slice(1) } : null;
  const stateOf = await statesOf(tx, repositoryId, refId, base, reverted);
  for (const path of reverted) changes.set(path, stateOf(path).base);
  return changes;
}
