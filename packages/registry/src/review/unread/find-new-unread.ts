import type { Database } from '../../database/statements/database.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { findDefaultRef, refById } from '../../store/snapshots/ref-store.js';
import { resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import { decodeSnapshotKey, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { hasBit } from '../../store/uses/bitmap.js';
import { newestRuns, type UseRun } from '../../store/uses/use-run-list-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { DriftChange } from '../differences/drift.js';
import { expectedJobs, positionsOf, type ReadSnapshot, readSnapshots } from './new-unread-store.js';

/** The new recordings of a pull request that a run pulled, and those of them that its tests did not read. */
export interface NewUnread {
  of: number;
  unread: DriftChange[];
}

/** Runs of a pull request of which one may be complete. */
const MAXIMUM_RUNS = 5;

/**
 * Finds the new recordings of a pull request that its newest complete run pulled and did not read: typical
 * leftovers of failed attempts. Null when no complete run pulled new recordings, or for other heads.
 */
export async function findNewUnread(
  db: Database,
  repository: Repository,
  head: SnapshotKey,
  changes: DriftChange[],
): Promise<NewUnread | null> {
  const added = changes.filter(({ kind }) => kind === 'ADDED');
  const top = head.layers[0];
  const ref = added.length > 0 && top ? await refById(db, repository.id, top.refId) : null;
  if (ref?.kind !== 'PULL_REQUEST') return null;
  const run = await newestCompleteRun(db, ref);
  if (run === null) return null;
  const paths = added.map(({ path }) => path);
  const isRead = new Map<string, boolean>();
  for (const report of await readSnapshots(db, repository.id, ref.id, run.run)) {
    for (const [path, read] of await readPaths(db, repository, report, paths))
      isRead.set(path, read || isRead.get(path) === true);
  }
  if (isRead.size === 0) return null;
  return { of: isRead.size, unread: added.filter(({ path }) => isRead.get(path) === false) };
}

/** The newest run that would count on the default branch. */
async function newestCompleteRun(db: Database, ref: Ref): Promise<UseRun | null> {
  const branch = await findDefaultRef(db, ref.repositoryId);
  for (const run of await newestRuns(db, ref, false, MAXIMUM_RUNS)) {
    if (run.reason !== 'NOT_DEFAULT_BRANCH') continue;
    const expected = branch === null ? [] : await expectedJobs(db, branch, run.workflow);
    if (expected.every((job) => Object.hasOwn(run.jobs, job))) return run;
  }
  return null;
}

/** Whether a run read each of the paths that its pulled snapshot has. */
async function readPaths(
  db: Database,
  repository: Repository,
  { snapshot, recordings, read }: ReadSnapshot,
  paths: string[],
): Promise<Map<string, boolean>> {
  const name = decodeSnapshotKey(snapshot);
  const key = name && (await resolveSnapshot(db, repository, { snapshot: name }));
  if (!key) return new Map();
  const found = await positionsOf(db, key, paths);
  // Another number of recordings is another order.
  if (found.recordings !== recordings) return new Map();
  return new Map([...found.positions].map(([path, position]) => [path, hasBit(read, position)]));
}
