import type { Database } from '../../database/statements/database.js';
import { usesOf } from '../../store/uses/last-use-store.js';
import type { DriftChange } from '../differences/drift.js';
import { describeUse } from '../report/read-words.js';

/** The last use of removed recordings by runs of the default branch, by path, in words. */
export type RemovedUse = Map<string, string>;

/** Loads the last uses of the removed recordings of a report; without those that no run pulled. */
export async function loadRemovedUse(
  db: Database,
  repositoryId: number,
  changes: DriftChange[],
): Promise<RemovedUse> {
  const paths = changes.filter(({ kind }) => kind === 'REMOVED').map(({ path }) => path);
  const uses = paths.length === 0 ? new Map() : await usesOf(db, repositoryId, paths);
  return new Map([...uses].map(([path, use]) => [path, describeUse(use)]));
}
