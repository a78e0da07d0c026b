import { databaseFailureOf } from '../../database/statements/database-failure.js';
import { describeUnplayable } from '../../recordings/playable/unplayable.js';
import { type UnplayableRecording, unplayableAmong } from '../../store/recorder/unplayable-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { builder } from './builder.js';
import type { Context } from './context.js';
import { PlayableEnum } from './recording-enums.js';

const UnplayableRecordingType = builder.objectRef<UnplayableRecording>('UnplayableRecording').implement({
  description: 'A recording that the recorder will not find.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path of the recording.' }),
    playable: t.field({
      type: PlayableEnum,
      description: 'Why not: `OUTDATED`, `MISNAMED` or `MISPLACED`.',
      resolve: ({ playable }) => playable,
    }),
    reason: t.string({
      description: 'Why not, in words.',
      resolve: ({ playable }) => describeUnplayable(playable),
    }),
  }),
});

/** Maximum number of recordings in the list. */
const MOST = 1_000;

export const UnplayableType = builder.objectRef<UnplayableRecording[]>('UnplayableRecordings').implement({
  description: 'Recordings that the recorder will not find.',
  fields: (t) => ({
    totalCount: t.int({ description: 'Their number.', resolve: (all) => all.length }),
    outdated: t.int({
      description: 'The number of those with a file name that only an older recorder computes.',
      resolve: (all) => all.filter(({ playable }) => playable === 'OUTDATED').length,
    }),
    misnamed: t.int({
      description: 'The number of those with a file name that does not match the request.',
      resolve: (all) => all.filter(({ playable }) => playable === 'MISNAMED').length,
    }),
    misplaced: t.int({
      description: 'The number of those in a folder that the recorder does not search for the test.',
      resolve: (all) => all.filter(({ playable }) => playable === 'MISPLACED').length,
    }),
    recordings: t.field({
      type: [UnplayableRecordingType],
      description: `The recordings, ordered by path: the first ${MOST.toLocaleString('en-US')}.`,
      resolve: (all) => all.slice(0, MOST),
    }),
  }),
});

/**
 * The recordings among the paths of a pushed snapshot that the recorder will not find. Null when the database
 * fails: the push is stored, and must not look as if it was not.
 */
export async function findUnplayable(
  { db, recorders }: Context,
  snapshot: SnapshotKey,
  paths: readonly string[],
): Promise<UnplayableRecording[] | null> {
  if (paths.length === 0) return [];
  try {
    return await unplayableAmong(db, snapshot, await recorders.atPush(db, snapshot), paths);
  } catch (error) {
    if (databaseFailureOf(error) !== null) return null;
    throw error;
  }
}
