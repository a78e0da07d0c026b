import type { Database } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import { findKey, headOf } from './layer-store.js';
import { layerOfCommit, refById } from './ref-store.js';
import { isLayer, means, type SnapshotKey, type SnapshotName } from './snapshot-key.js';

/** Exactly one way to name a snapshot. */
export type At =
  | { branch: string }
  | { pullRequest: number }
  | { commit: string }
  | { snapshot: SnapshotName };

/** The message when `resolveSnapshot` returns null. */
export function describeUnknown(at: At, named: string): string {
  const unknown = `no snapshot is known for ${named}`;
  return 'snapshot' in at && at.snapshot.layers.some(({ seal }) => seal !== null)
    ? `${unknown}: it belongs to another repository, or the registry was restored from a backup or replaced since`
    : unknown;
}

/** The snapshot that `at` names in a repository; null when there is none. */
export async function resolveSnapshot(
  db: Database,
  repository: Repository,
  at: At,
): Promise<SnapshotKey | null> {
  if ('snapshot' in at) return existing(db, repository, at.snapshot);
  if ('commit' in at) {
    const layer = await layerOfCommit(db, repository.id, at.commit);
    // Retention may remove a commit and its version between the two statements.
    return layer && findKey(db, repository.id, layer);
  }
  return 'branch' in at
    ? headOf(db, repository.id, 'BRANCH', at.branch)
    : headOf(db, repository.id, 'PULL_REQUEST', String(at.pullRequest));
}

/**
 * Snapshot names are untrusted: every layer must exist with the same seal, in the same order. Only the top
 * layer of a pull request may lie over another version of its base, which is the state that a pull at a
 * rebased commit returns.
 */
async function existing(
  db: Database,
  repository: Repository,
  name: SnapshotName,
): Promise<SnapshotKey | null> {
  if (name.repositoryId !== repository.id) return null;
  const [top, below] = name.layers;
  if (!top) return { repositoryId: repository.id, layers: [] };
  const asPushed = await findKey(db, repository.id, top);
  if (!asPushed || means(name, asPushed)) return asPushed;
  const [own] = asPushed.layers;
  if (!own || !isLayer(top, own)) return null;
  const ref = await refById(db, repository.id, top.refId);
  if (ref?.kind === 'BRANCH' && asPushed.layers.length === 1) return null;
  // A pull request is never the base of another one.
  if (!below || (await refById(db, repository.id, below.refId))?.kind !== 'BRANCH') return null;
  const base = await findKey(db, repository.id, below);
  const rebased = base && { ...base, layers: [own, ...base.layers] };
  return rebased && means(name, rebased) ? rebased : null;
}
