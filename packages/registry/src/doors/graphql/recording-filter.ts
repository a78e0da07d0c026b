import { type RecordingFilter, refusedFilter } from '../../store/snapshots/recording-filter.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { builder } from './builder.js';
import type { Context } from './context.js';
import { invalidInput } from './invalid-input.js';
import { HashStatusEnum, OutcomeEnum, PlayableEnum } from './recording-enums.js';

export const RecordingFilterInput = builder.inputType('RecordingFilter', {
  description:
    'Filters recordings. A recording must match all fields that are set. A cassette matches `model`, `endpoint` ' +
    'and `outcome` when one of its exchanges has all of them.',
  fields: (t) => ({
    testId: t.string({
      description:
        'Exactly this test id. Of cassettes also the one whose characters the name of a file cannot have, which ' +
        'are `-` there.',
    }),
    testIdPrefix: t.string({ description: 'A test id that begins with this text.' }),
    model: t.string({ description: 'Exactly this model.' }),
    hash: t.string({ description: 'Exactly this request hash.' }),
    endpoint: t.string({ description: 'Exactly this endpoint.' }),
    path: t.string({
      description: 'A path, or a pattern: `*` matches within a folder, `**` across folders.',
    }),
    hashStatus: t.field({
      type: HashStatusEnum,
      description: 'Whether the hash in the file name matches the request.',
    }),
    playable: t.field({
      type: PlayableEnum,
      description: 'Whether the newest recorder that the repository uses finds the file at its path.',
    }),
    isPlayable: t.boolean({
      description:
        'False: `OUTDATED`, `MISNAMED` or `MISPLACED`, so that no test will replay it. True: `YES`.',
    }),
    outcome: t.field({ type: OutcomeEnum, description: 'Whether the recorded call succeeded.' }),
    format: t.string({ description: 'Exactly this format, such as `ogx`.' }),
    recordedBefore: t.field({
      type: 'DateTime',
      description: 'Contents that the registry received before this time.',
    }),
    unusedSince: t.field({
      type: 'DateTime',
      description:
        'Recordings that no run of the default branch has read since this time: never read, or last read before.',
    }),
    search: t.string({
      description:
        'A text in the path, the test id, or the model or response of an exchange, case-insensitive; at most 200 ' +
        'characters.',
    }),
  }),
});

/**
 * The filter of a query for the recordings of a snapshot. Throws an `INVALID_INPUT` error when a text is too
 * long.
 */
export async function checkedFilter(
  { db, recorders }: Context,
  snapshot: SnapshotKey,
  filter: RecordingFilter | null | undefined,
): Promise<RecordingFilter> {
  const refused = filter == null ? null : refusedFilter(filter);
  if (refused !== null) throw invalidInput(refused);
  if (filter?.playable == null && filter?.isPlayable == null) return filter ?? {};
  return { ...filter, recorder: await recorders.at(db, snapshot) };
}
