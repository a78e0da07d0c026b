import type { Database } from '../../database/statements/database.js';
import { keyAt } from '../../store/snapshots/layer-store.js';
import { snapshotRow } from '../../store/snapshots/ref-store.js';
import { type At, resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../vocabulary/repository.js';

/** The two states that a report compares, and why the first of them. */
export interface DriftSides {
  baseline: SnapshotKey;
  head: SnapshotKey;
  reason: string;
}

/**
 * Chooses what to compare. The head is what was asked for, else the default branch. The baseline is what was asked
 * for, else what the head lies over, else the version before it. Null when one of them is not known.
 */
export async function driftSides(
  db: Database,
  repository: Repository,
  asked: { head: At | null; base: { at: At; named: string } | null },
): Promise<DriftSides | null> {
  const head = await resolveSnapshot(db, repository, asked.head ?? { branch: repository.defaultBranch });
  if (!head) return null;
  if (asked.base) {
    const baseline = await resolveSnapshot(db, repository, asked.base.at);
    return baseline && { baseline, head, reason: `${asked.base.named} was asked for` };
  }
  const [top, ...below] = head.layers;
  if (!top) return { baseline: head, head, reason: 'nothing was pushed yet' };
  const row = await snapshotRow(db, repository.id, top);
  if (below.length > 0) {
    const moved = row?.baseRefId !== below[0]?.refId || row?.baseVersion !== below[0]?.version;
    const reason = moved ? 'what it lies over at this commit' : row?.baseReason;
    return { baseline: { ...head, layers: below }, head, reason: reason ?? 'what it lies over' };
  }
  const isOnItsOwn = row?.baseReason != null;
  if (isOnItsOwn || top.version === 1) {
    return {
      baseline: { ...head, layers: [] },
      head,
      reason: row?.baseReason ?? 'this is the first version',
    };
  }
  const previous = await keyAt(db, repository.id, { refId: top.refId, version: top.version - 1 });
  return { baseline: previous, head, reason: 'the version before it' };
}
