import type { DriftChange } from '../../../review/differences/drift.js';
import type { Cause } from '../../../review/report/causes/cause.js';
import { shortPath } from '../../../review/report/change-names.js';
import type { FailureKind } from '../../../vocabulary/failure.js';
import { listing } from '../../../vocabulary/words.js';
import { InlineText, NameText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { KIND_LABELS, LEVEL_LABELS } from './drift-labels.js';
import type { Marks, RowContext } from './row-context.js';
import { RowDetails } from './row-details.js';

/** A table of the changes of one cause in one test file; differences in texts are folded. */
export function ChangeTable(props: {
  caption: string;
  cause: Cause;
  changes: DriftChange[];
  context: RowContext;
}): Markup {
  const { caption, cause, changes, context } = props;
  return (
    <table class="changes">
      <caption>
        <NameText text={caption} limit={1_000} />
      </caption>
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Level</th>
          <th scope="col">Model</th>
          <th scope="col">What changed</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr>
            <th scope="row">
              <a href={context.linkTo(change)}>
                <NameText text={nameInFile(change)} />
              </a>
            </th>
            <td data-label="Level">
              <LevelTag change={change} marks={context.marks} />
            </td>
            <td data-label="Model">
              <InlineText text={modelsOf(change)} />
            </td>
            <td data-label="What changed">
              <RowDetails change={change} cause={cause} context={context} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The name of a test below its file, which the table names; the path when the test is unknown. */
function nameInFile({ testId, path }: DriftChange): string {
  if (testId === null) return shortPath(path);
  const [, ...rest] = testId.split('::');
  return rest.length === 0 ? testId : rest.join('::');
}

const MOST_MODELS = 3;

/** The model of a change; of a cassette with several, those of the calls that differ. */
function modelsOf({ model, exchanges }: DriftChange): string {
  const models = exchanges.flatMap(({ before, after }) => (after ?? before)?.model ?? []);
  return model ?? (listing([...new Set(models)], MOST_MODELS) || '–');
}

const FAILURE_LABELS: Record<FailureKind, string> = {
  ERROR: 'error',
  TOOL_ERROR: 'tool error',
  EMPTY: 'empty',
  CUT_OFF: 'cut off',
};

/** The level of a change, or its kind when it has no level, with its tags. */
export function LevelTag({ change, marks }: { change: DriftChange; marks: Marks }): Markup {
  const kind = change.kind === 'CHANGED' || change.level === null ? null : KIND_LABELS[change.kind];
  return (
    <>
      <span class={`level ${change.level?.toLowerCase() ?? 'none'}`}>
        {change.level === null ? KIND_LABELS[change.kind] : LEVEL_LABELS[change.level]}
      </span>
      {kind !== null && <span class="tag">{kind}</span>}
      {marks.flaky.has(change.path) && <span class="tag">unstable</span>}
      {marks.unread.has(change.path) && <span class="tag">not read</span>}
      {marks.acceptance.of(change) !== null && <span class="tag">accepted</span>}
      {change.failure !== null && (
        <span class={`tag ${change.failedBefore ? '' : 'problem'}`}>
          {FAILURE_LABELS[change.failure.kind]}
        </span>
      )}
      {change.unplayable && <span class="tag problem">unplayable</span>}
    </>
  );
}
