import type { Database } from '../../database/statements/database.js';
import { refById } from '../../store/snapshots/ref-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { DriftChange } from '../differences/drift.js';
import { type AcceptanceView, viewAcceptances } from './acceptance.js';
import { fetchAcceptances } from './acceptance-store.js';

/** Loads the acceptances of a report. Only changes of pull requests can be accepted. */
export async function loadAcceptances(
  db: Database,
  head: SnapshotKey,
  changes: DriftChange[],
): Promise<AcceptanceView> {
  const top = head.layers[0];
  const ref = top && (await refById(db, head.repositoryId, top.refId));
  const acceptances =
    ref?.kind === 'PULL_REQUEST' ? await fetchAcceptances(db, head.repositoryId, Number(ref.name)) : [];
  return viewAcceptances(changes, acceptances);
}
