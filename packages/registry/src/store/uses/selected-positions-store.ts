import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../snapshots/layered-set.js';
import { type Selection, selectionCondition } from '../snapshots/selection.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';

/** A recording of a selection, with its position among all recordings of the snapshot. */
export interface SelectedPosition {
  path: string;
  position: number;
}

/**
 * The recordings that a selection may contain, in the order of their paths; at most `limit`. For paths it is a
 * superset, which `pathFilter` narrows.
 */
export function selectedPositions(
  db: Database,
  snapshot: SnapshotKey,
  selection: Selection,
  limit: number,
): Promise<SelectedPosition[]> {
  const isSelected = selectionCondition(selection, snapshot.repositoryId);
  const entries = entriesOf(snapshot, 'all', sql`e.path, (${isSelected}) as "isSelected"`);
  return rows(
    db,
    sql`select n.path, n.position from (
          select u.path, u."isSelected", (row_number() over (order by u.path) - 1)::int as position
          from (${entries}) u) n
        where n."isSelected" order by n.position limit ${limit}`,
  );
}
