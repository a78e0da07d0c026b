import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { Recorder } from '../../recordings/playable/recorder.js';
import type { Unplayable } from '../../recordings/playable/unplayable.js';
import { slicesOf } from '../../vocabulary/slices.js';
import { entriesOf } from '../snapshots/layered-set.js';
import { playableCondition, playableValue, UNPLAYABLE } from '../snapshots/playable-condition.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';

/** A recording that no recorder will find. */
export interface UnplayableRecording {
  path: string;
  playable: Unplayable;
}

/** Paths of one statement. */
const LOOKED_UP_AT_ONCE = 2_000;

/** The recordings among the paths of a snapshot that the recorder will not find, ordered by path. */
export async function unplayableAmong(
  db: Database,
  snapshot: SnapshotKey,
  recorder: Recorder,
  paths: readonly string[],
): Promise<UnplayableRecording[]> {
  const found: UnplayableRecording[] = [];
  const lost = playableCondition(UNPLAYABLE, recorder);
  const columns = sql`e.path, ${playableValue(recorder)} as playable`;
  for await (const slice of slicesOf(paths, { size: LOOKED_UP_AT_ONCE })) {
    const among = sql`e.path = any(${sql.param(slice)}::text[]) and ${lost}`;
    found.push(...(await rows<UnplayableRecording>(db, entriesOf(snapshot, 'few', columns, among))));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
