import type { Database } from '../../database/statements/database.js';
import { playable } from '../../recordings/playable/playable.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import { isUnplayable } from '../../recordings/playable/unplayable.js';
import { readingsOf } from '../../store/contents/reading-store.js';
import { recordingsWithHashes } from '../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { slicesOf } from '../../vocabulary/slices.js';
import type { DriftSide } from '../differences/drift.js';

/**
 * Sets `answeredBy` of those recordings of the head that no recorder finds, where it finds another one for the
 * same request: by the newest hash, which names test and request.
 */
export async function findAnswered(
  db: Database,
  head: SnapshotKey,
  recorder: Recorder,
  sides: DriftSide[],
): Promise<void> {
  const lost = sides.filter((side) => isUnplayable(side.playable) && !side.purged);
  for await (const slice of slicesOf(lost, { size: 1_000 })) {
    const digests = slice.map((side) => side.digest);
    const readings = await readingsOf(db, head.repositoryId, digests);
    const newest = (side: DriftSide) => readings.get(side.digest)?.requestHashes[0];
    const hashes = [...new Set(slice.map(newest).filter((hash) => hash !== undefined))];
    const others = await recordingsWithHashes(db, head, hashes);
    const found = others.filter((row) => !row.purged && playable(row, recorder) === 'YES');
    const byHash = new Map(found.map((row) => [row.hash, row.path]));
    for (const side of slice) side.answeredBy = byHash.get(newest(side) ?? '') ?? null;
  }
}
