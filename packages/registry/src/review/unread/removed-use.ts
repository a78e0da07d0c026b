import type { Database } from '../../database/statements/database.js';
import { findDefaultRef } from '../../store/snapshots/ref-store.js';
import type { DriftChange } from '../differences/drift.js';
import { describeUse } from '../report/read-words.js';
import { usesOfPaths } from './superseded-store.js';

/** The last use of removed recordings by runs of the default branch, by path, in words. */
export type RemovedUse = Map<string, string>;

/** Loads the last uses of the removed recordings of a report; without those that no run pulled. */
export async function loadRemovedUse(
  db: Database,
  repositoryId: number,
  changes: DriftChange[],
): Promise<RemovedUse> {
  const paths = changes.filter(({ kind }) => kind === 'REMOVED').map(({ path }) => path);
  const branch = paths.length === 0 ? null : await findDefaultRef(db, repositoryId);
  if (branch === null) return new Map();
  const uses = await usesOfPaths(db, repositoryId, branch.id, paths);
  return new Map([...uses].map(([path, use]) => [path, describeUse(use)]));
}
