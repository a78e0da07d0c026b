import type { Database } from '../database/database.js';
import { ownEntries, statesOf } from './entry-store.js';
import { keyAt } from './layer-store.js';
import type { Held } from './plan-changes.js';
import type { Ref } from './ref.js';

/**
 * What a promotion brings to the branch: path → digest, or null where the pull request removed it. What an earlier
 * promotion to the same branch brought is left out: others may have changed it there since, and theirs is newer.
 * @param target the branch's id
 */
export async function changesToPromote(
  tx: Database,
  repositoryId: number,
  pullRequest: Ref,
  target: number,
): Promise<Map<string, Held>> {
  const ownAt = async (version: number) => {
    const entries = await ownEntries(tx, repositoryId, { refId: pullRequest.id, version });
    return new Map(entries.map((entry) => [entry.path, entry.digest]));
  };
  const now = await ownAt(pullRequest.version);
  if (pullRequest.promotedVersion === null || pullRequest.promotedRefId !== target) return now;

  const before = await ownAt(pullRequest.promotedVersion);
  const changes = new Map([...now].filter(([path, digest]) => before.get(path) !== digest));
  // What went back to the base has no entry any more; the branch gets what the base has there.
  const takenBack = [...before.keys()].filter((path) => !now.has(path));
  if (takenBack.length === 0) return changes;
  const { baseRefId, baseVersion } = pullRequest;
  const base =
    baseRefId === null || baseVersion === null
      ? null
      : await keyAt(tx, repositoryId, { refId: baseRefId, version: baseVersion });
  const stateOf = await statesOf(tx, repositoryId, pullRequest.id, base, takenBack);
  for (const path of takenBack) changes.set(path, stateOf(path).base);
  return changes;
}
