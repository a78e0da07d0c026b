import { type RecordingFilter, refusedFilter } from '../../store/snapshots/recording-filter.js';
import { builder, invalidInput } from './builder.js';

export const RecordingFilterInput = builder.inputType('RecordingFilter', {
  description: 'Filters recordings. A recording must match all fields that are set.',
  fields: (t) => ({
    testId: t.string({ description: 'Exactly this test id.' }),
    testIdPrefix: t.string({ description: 'A test id that begins with this text.' }),
    model: t.string({ description: 'Exactly this model.' }),
    hash: t.string({ description: 'Exactly this request hash.' }),
    endpoint: t.string({ description: 'Exactly this endpoint.' }),
    path: t.string({
      description: 'A path, or a pattern: `*` matches within a folder, `**` across folders.',
    }),
    search: t.string({
      description:
        'A text in the path, test id, model or response, case-insensitive; at most 200 characters.',
    }),
  }),
});

/** The filter of a query. Throws an `INVALID_INPUT` error when a text is too long. */
export function checkedFilter(filter: RecordingFilter | null | undefined): RecordingFilter {
  const refused = filter == null ? null : refusedFilter(filter);
  if (refused !== null) throw invalidInput(refused);
  return filter ?? {};
}
