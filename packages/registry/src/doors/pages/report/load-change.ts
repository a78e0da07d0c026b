import type { DriftChange } from '../../../review/differences/drift.js';
import { type RecordingRow, recordingsAt } from '../../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { RecordingContent } from '../conversation/content-of.js';
import { readContents } from '../conversation/recording-content.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import type { LoadedReport } from './load-report.js';

/** One of the two recordings of a change; `row` and `content` are null when the side has none. */
export interface ChangeSide {
  row: RecordingRow | null;
  content: RecordingContent | null;
  /** The ref of the snapshot, such as `main` or `pull/123`. */
  label: string;
  snapshot: SnapshotKey;
}

/** Loads both recordings of a change. The older one of a new recording is the one that it replaces. */
export async function loadChange(
  { services }: RepositoryPageRequest,
  { computed, sides, about }: LoadedReport,
  change: DriftChange,
): Promise<{ before: ChangeSide; after: ChangeSide }> {
  const { db } = services.connection;
  const base = { label: about.baseline.label, snapshot: sides.baseline };
  const head = { label: about.head.label, snapshot: sides.head };
  const find = async (path: string, place: typeof base) => {
    const row = (await recordingsAt(db, place.snapshot, [path])).get(path) ?? null;
    return { ...place, row };
  };
  let before = { ...base, row: (change.before && computed.before.get(change.before.path)) ?? null };
  if (change.replaces !== null) {
    // It may be unchanged, so that the report does not contain it, or be new itself.
    before = await find(change.replaces.path, base);
    if (before.row === null) before = await find(change.replaces.path, head);
  }
  const after = { ...head, row: (change.after && computed.after.get(change.after.path)) ?? null };
  const rows = [before.row, after.row].filter((row) => row !== null);
  const contents = await readContents(services, rows);
  const contentOf = (row: RecordingRow | null) => (row && contents[rows.indexOf(row)]) ?? null;
  return {
    before: { ...before, content: contentOf(before.row) },
    after: { ...after, content: contentOf(after.row) },
  };
}
