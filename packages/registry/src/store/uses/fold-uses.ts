import type { Database } from '../../database/statements/database.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { headOf } from '../snapshots/layer-store.js';
import { resolveSnapshot } from '../snapshots/resolve-snapshot.js';
import { decodeSnapshotKey, type SnapshotKey } from '../snapshots/snapshot-key.js';
import {
  foldSlice,
  markFolded,
  nextPending,
  type PendingReport,
  removeAbsent,
  removeOldReports,
} from './fold-store.js';
import { sizeOfSnapshot } from './snapshot-size-store.js';

/** Recordings of one statement: a multiple of 8, so that each part of a bitmap begins with a byte. */
const SLICE = 40_000;

/**
 * Writes the pending reports of a repository to `recording_uses`. Idempotent: a report that another process
 * folds at the same time is written once.
 * @param isStopping asked between two statements; the rest stays pending
 */
export async function foldUses(
  db: Database,
  repositoryId: number,
  isStopping: () => boolean = () => false,
): Promise<void> {
  for (let report = await nextPending(db, repositoryId); report !== null && !isStopping(); ) {
    // Runs of other refs say nothing of the default branch; the report of a pull request reads their bitmaps.
    const isFolded = !report.isDefaultBranch || (await foldReport(db, report, isStopping));
    if (!isFolded) return;
    await markFolded(db, report);
    await removeOldReports(db, repositoryId, report.refId);
    report = await nextPending(db, repositoryId);
  }
}

/** False when it was stopped before the end. */
async function foldReport(db: Database, report: PendingReport, isStopping: () => boolean): Promise<boolean> {
  const repository = await repositoryById(db, report.repositoryId);
  const snapshot = repository && (await storedSnapshot(db, repository, report));
  // Its snapshot is gone, so nothing tells which recordings the bits mean.
  if (!snapshot) return true;
  const head = await headOf(db, repository.id, 'BRANCH', repository.defaultBranch);
  let after: string | null = null;
  for (let from = 0; from < report.recordings; from += SLICE) {
    if (isStopping()) return false;
    const bits = report.read.subarray(from / 8, (from + SLICE) / 8);
    const limit = Math.min(SLICE, report.recordings - from);
    const isLast = from + SLICE >= report.recordings;
    const { last, absent } = await foldSlice(db, snapshot, { after, limit, isLast }, { ...report, bits });
    if (head) await removeAbsent(db, head, absent);
    after = last;
  }
  return true;
}

async function storedSnapshot(
  db: Database,
  repository: Repository,
  report: PendingReport,
): Promise<SnapshotKey | null> {
  const name = decodeSnapshotKey(report.snapshot);
  const snapshot = name && (await resolveSnapshot(db, repository, { snapshot: name }));
  return snapshot && (await sizeOfSnapshot(db, snapshot)) === report.recordings ? snapshot : null;
}
