import type { Database } from '../../database/statements/database.js';
import { ownEntries, statesOf } from '../snapshots/entry-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import type { Held } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';

/**
 * What a promotion brings to the branch: path → digest, or null where the pull request removed it. What an earlier
 * promotion to the same branch brought is left out: others may have changed it there since, and theirs is newer.
 * @param versions the one that is promoted, and the one that was promoted to the branch before
 */
export async function changesToPromote(
  tx: Database,
  pullRequest: Ref,
  versions: { promoted: number; before: number | null },
): Promise<Map<string, Held>> {
  const { repositoryId, id: refId } = pullRequest;
  const ownAt = async (version: number) => {
    const entries = await ownEntries(tx, repositoryId, { refId, version });
    return new Map(entries.map((entry) => [entry.path, entry.digest]));
  };
  const now = await ownAt(versions.promoted);
  if (versions.before === null) return now;

  const before = await ownAt(versions.before);
  const changes = new Map([...now].filter(([path, digest]) => before.get(path) !== digest));
  // What went back to the base has no entry any more; the branch gets what the base has there.
  const takenBack = [...before.keys()].filter((path) => !now.has(path));
  if (takenBack.length === 0) return changes;
  const { layers } = await keyAt(tx, repositoryId, { refId, version: versions.promoted });
  const base = layers.length > 1 ? { repositoryId, layers: layers.slice(1) } : null;
  const stateOf = await statesOf(tx, repositoryId, refId, base, takenBack);
  for (const path of takenBack) changes.set(path, stateOf(path).base);
  return changes;
}
