import type { Database } from '../../database/statements/database.js';
import { hasMoreOwnEntries } from '../../store/snapshots/entry-store.js';
import { findKey } from '../../store/snapshots/layer-store.js';
import { layerBeforeCommit, refById } from '../../store/snapshots/ref-store.js';
import { compareReports } from '../report/causes/compare-reports.js';
import type { SincePush } from '../report/report.js';
import type { DriftReports } from './drift-reports.js';
import type { DriftSides } from './drift-sides.js';

/** A report with more changes is not compared with that of the previous push. */
const MAXIMUM_CHANGES = 1_000;

/**
 * How the changes of a pull request differ from those of its previous push, each against its own baseline.
 * Jobs of a matrix push the same commit several times: the previous push is the last one of another commit.
 * Null for the first push, for what is no pull request, and when one of the reports is large.
 */
export async function sincePush(
  db: Database,
  reports: DriftReports,
  { head, baseline }: DriftSides,
): Promise<SincePush | null> {
  const top = head.layers[0];
  const ref = top && (await refById(db, head.repositoryId, top.refId));
  if (!top || ref?.kind !== 'PULL_REQUEST') return null;
  const layer = await layerBeforeCommit(db, head.repositoryId, top);
  const previous = layer && (await findKey(db, head.repositoryId, layer));
  if (!layer || !previous) return null;
  for (const each of [top, layer])
    if (await hasMoreOwnEntries(db, head.repositoryId, each, MAXIMUM_CHANGES)) return null;
  const own = { ...previous, layers: previous.layers.slice(1) };
  const [before, after] = [await reports.between(own, previous), await reports.between(baseline, head)];
  return { commit: layer.commit, ...compareReports(before.drift.changes, after.drift.changes) };
}
