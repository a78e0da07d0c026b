import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { playable } from '../../recordings/playable/playable.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import { ownEntries } from '../../store/snapshots/entry-store.js';
import { earlierTestsAt } from '../../store/snapshots/history-store.js';
import { entriesOf, entriesOfRef } from '../../store/snapshots/layered-set.js';
import {
  countRecordings,
  newestOfTests,
  type RecordingRow,
  recordingsAt,
} from '../../store/snapshots/recording-store.js';
import { encodeSnapshotKey, type Layer, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { namesIn } from '../../store/snapshots/test-and-model-store.js';
import type { Difference, DriftSide } from '../differences/drift.js';
import { findAnswered } from './find-answered.js';

/** The differences of two snapshots, with the rows of each side by path. */
export interface SnapshotDifference extends Difference {
  rowsBefore: Map<string, RecordingRow>;
  rowsAfter: Map<string, RecordingRow>;
}

/**
 * Finds the paths at which two snapshots differ.
 *
 * @param recorder the one that the tests of both use
 */
export async function findDifference(
  db: Database,
  baseline: SnapshotKey,
  head: SnapshotKey,
  recorder: Recorder,
): Promise<SnapshotDifference> {
  const sideOf = (row: RecordingRow, snapshot: SnapshotKey) => driftSide(row, snapshot, recorder);
  const paths = await candidatePaths(db, baseline, head);
  const before = await recordingsAt(db, baseline, paths);
  const after = await recordingsAt(db, head, paths);
  const differing = new Set(paths);
  const difference: SnapshotDifference = {
    removed: [],
    added: [],
    changed: [],
    unchanged: 0,
    rowsBefore: before,
    rowsAfter: after,
    loadUnchanged: async (testIds, limit) => {
      const found = await newestOfTests(db, baseline, testIds, limit);
      const unchanged = found.filter((row) => !differing.has(row.path));
      return unchanged.map((row) => sideOf(row, baseline));
    },
    loadModels: () => namesIn(db, baseline, 'model'),
    loadEarlierTests: (changed) => earlierTestsAt(db, baseline, changed),
  };
  for (const path of paths) {
    const previous = before.get(path);
    const current = after.get(path);
    if (previous && current) {
      if (previous.digest !== current.digest)
        difference.changed.push({ before: sideOf(previous, baseline), after: sideOf(current, head) });
    } else if (previous) difference.removed.push(sideOf(previous, baseline));
    else if (current) difference.added.push(sideOf(current, head));
  }
  await findAnswered(db, head, recorder, [
    ...difference.added,
    ...difference.changed.map((pair) => pair.after),
  ]);
  const changed = difference.changed.length + difference.removed.length;
  difference.unchanged = (await countRecordings(db, baseline)) - changed;
  return difference;
}

/**
 * Paths that may differ. For a pull request compared with its base, these are the paths of its own
 * layer; for two layers over the same state, those of both.
 */
async function candidatePaths(db: Database, baseline: SnapshotKey, head: SnapshotKey): Promise<string[]> {
  const [own, ...below] = head.layers;
  const isOverBaseline = encodeSnapshotKey({ ...head, layers: below }) === encodeSnapshotKey(baseline);
  if (own && isOverBaseline) {
    const entries = await ownEntries(db, head.repositoryId, own);
    return entries.map((entry) => entry.path).sort();
  }
  const [other, ...belowOther] = baseline.layers;
  const shared = encodeSnapshotKey({ ...baseline, layers: belowOther });
  const isShared = below.length > 0 && encodeSnapshotKey({ ...head, layers: below }) === shared;
  if (own && other && isShared) return differingOwnPaths(db, head.repositoryId, [other, own]);
  const columns = sql`e.path, e.digest`;
  const found = await rows<{ path: string }>(
    db,
    sql`select coalesce(b.path, h.path) as path from (${entriesOf(baseline, 'all', columns)}) b
        full join (${entriesOf(head, 'all', columns)}) h on h.path = b.path
        where b.digest is distinct from h.digest order by 1`,
  );
  return found.map((row) => row.path);
}

/**
 * The paths at which two layers over the same state differ, such as the repeats of a watch. A path that one of them
 * removed differs from one that it does not change, though both have no digest.
 */
async function differingOwnPaths(
  db: Database,
  repositoryId: number,
  [first, second]: [Layer, Layer],
): Promise<string[]> {
  const entriesAt = (layer: Layer) => sql`(select e.path, e.digest from ${entriesOfRef(repositoryId, layer)} e
    where e.since <= ${layer.version})`;
  const found = await rows<{ path: string }>(
    db,
    sql`select coalesce(a.path, b.path) as path from ${entriesAt(first)} a
        full join ${entriesAt(second)} b on b.path = a.path
        where a.path is null or b.path is null or a.digest is distinct from b.digest order by 1`,
  );
  return found.map((row) => row.path);
}

function driftSide(row: RecordingRow, snapshot: SnapshotKey, recorder: Recorder): DriftSide {
  const { path, digest, size, testId, model, endpoint, hash, hashStatus, purged } = row;
  const side = { path, digest, size, testId, model, endpoint, hash, hashStatus, purged };
  return { ...side, playable: playable(row, recorder), generation: generationOf(row, snapshot) };
}

/** Greater for a later push: upper layers are newer, and within a layer later versions of its ref. */
function generationOf({ refId, since }: RecordingRow, { layers }: SnapshotKey): number {
  const depth = layers.findIndex((layer) => layer.refId === refId);
  return (layers.length - depth) * 2 ** 32 + since;
}
