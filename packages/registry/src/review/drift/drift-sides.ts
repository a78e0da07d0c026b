import type { Database } from '../../database/statements/database.js';
import { findKey } from '../../store/snapshots/layer-store.js';
import { layerBelow, snapshotRow } from '../../store/snapshots/ref-store.js';
import { type At, resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../vocabulary/repository.js';

/** The two snapshots that a report compares, and the reason for the baseline. */
export interface DriftSides {
  baseline: SnapshotKey;
  head: SnapshotKey;
  reason: string;
}

/**
 * Chooses the snapshots to compare. The head is the requested one, else the default branch. The
 * baseline is the requested one, else the base of the head, else the version before the head. Null
 * when a requested snapshot does not exist.
 */
export async function driftSides(
  db: Database,
  repository: Repository,
  requested: { head: At | null; base: { at: At; named: string } | null },
): Promise<DriftSides | null> {
  const head = await resolveSnapshot(db, repository, requested.head ?? { branch: repository.defaultBranch });
  if (!head) return null;
  if (requested.base) {
    const baseline = await resolveSnapshot(db, repository, requested.base.at);
    return baseline && { baseline, head, reason: `${requested.base.named} was requested` };
  }
  const [top, ...below] = head.layers;
  if (!top) return { baseline: head, head, reason: 'nothing has been pushed yet' };
  const row = await snapshotRow(db, repository.id, top);
  if (below.length > 0) {
    const moved = row?.baseRefId !== below[0]?.refId || row?.baseVersion !== below[0]?.version;
    const reason = moved ? 'its base at this commit' : row?.baseReason;
    return { baseline: { ...head, layers: below }, head, reason: reason ?? 'its base' };
  }
  const hasNoBase = row?.baseReason != null;
  if (hasNoBase || top.version === 1) {
    return {
      baseline: { ...head, layers: [] },
      head,
      reason: row?.baseReason ?? 'first version',
    };
  }
  const layer = await layerBelow(db, repository.id, top);
  const previous = layer && (await findKey(db, repository.id, layer));
  if (previous === null) {
    return { baseline: { ...head, layers: [] }, head, reason: 'the versions before it were removed' };
  }
  const isNext = layer?.version === top.version - 1;
  const reason = isNext ? 'the previous version' : 'the newest version before it that is kept';
  return { baseline: previous, head, reason };
}
