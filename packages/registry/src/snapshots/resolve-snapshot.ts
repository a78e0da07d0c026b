import type { Database } from '../database/database.js';
import type { Repository } from '../repositories/repository.js';
import { headOf, keyAt } from './layer-store.js';
import { layerOfCommit, refById, snapshotRow } from './ref-store.js';
import { type SnapshotKey, sameSnapshot } from './snapshot-key.js';

/** Which state is meant; exactly one of them. */
export type At =
  | { branch: string }
  | { pullRequest: number }
  | { commit: string }
  | { snapshot: SnapshotKey };

/** The state that `at` names in a repository; null when nothing is known under that name. */
export async function resolveSnapshot(
  db: Database,
  repository: Repository,
  at: At,
): Promise<SnapshotKey | null> {
  if ('snapshot' in at) return existing(db, repository, at.snapshot);
  if ('commit' in at) {
    const layer = await layerOfCommit(db, repository.id, at.commit);
    return layer && keyAt(db, repository.id, layer);
  }
  return 'branch' in at
    ? headOf(db, repository.id, 'BRANCH', at.branch)
    : headOf(db, repository.id, 'PULL_REQUEST', String(at.pullRequest));
}

/**
 * A key comes from outside: it is only good if each of its layers is there, and if a layer lies over what it says.
 * Only the top of a pull request may lie over another version of its base than its snapshot does, which is how a
 * pull at a rebased commit sees it.
 */
async function existing(db: Database, repository: Repository, key: SnapshotKey): Promise<SnapshotKey | null> {
  if (key.repositoryId !== repository.id) return null;
  const [top, below] = key.layers;
  if (!top) return key;
  if (!(await snapshotRow(db, repository.id, top))) return null;
  const asPushed = await keyAt(db, repository.id, top);
  if (sameSnapshot(asPushed, key)) return key;
  const ref = await refById(db, repository.id, top.refId);
  if (ref?.kind === 'BRANCH' && asPushed.layers.length === 1) return null;
  if (!below || !(await snapshotRow(db, repository.id, below))) return null;
  // No pull request lies over another, whatever the key says.
  if ((await refById(db, repository.id, below.refId))?.kind !== 'BRANCH') return null;
  const rebased = await keyAt(db, repository.id, below);
  return sameSnapshot({ ...key, layers: [top, ...rebased.layers] }, key) ? key : null;
}
