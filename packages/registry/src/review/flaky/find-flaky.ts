import type { Database } from '../../database/statements/database.js';
import { refById } from '../../store/snapshots/ref-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { rank } from '../../vocabulary/level.js';
import type { DriftChange } from '../differences/drift.js';
import { type Instability, isFlaky } from './flaky.js';
import { fetchInstability } from './flaky-store.js';

/** Maximum number of changes that are checked, the highest level first. */
const MAXIMUM_CHANGES = 300;

/** Finds recordings in the report of a pull request whose responses keep changing, by path. */
export async function findFlaky(
  db: Database,
  head: SnapshotKey,
  changes: DriftChange[],
): Promise<Map<string, Instability>> {
  const top = head.layers[0];
  const ref = top && (await refById(db, head.repositoryId, top.refId));
  if (!top || ref?.kind !== 'PULL_REQUEST') return new Map();
  const paths = changes
    .filter((change) => change.kind === 'CHANGED' && rank(change.level) >= rank('CONTENT'))
    .filter(({ unplayable, after }) => !unplayable && after?.hashStatus === 'VERIFIED')
    .slice(0, MAXIMUM_CHANGES)
    .map((change) => change.path);
  const found = await fetchInstability(db, head.repositoryId, top, paths);
  return new Map([...found].filter(([, instability]) => isFlaky(instability)));
}
