import { percent } from '../../../review/differences/compare-texts.js';
import type { DriftChange, TextChange } from '../../../review/differences/drift.js';
import type { Cause } from '../../../review/report/causes/cause.js';
import { shortPath } from '../../../review/report/change-names.js';
import type { FailureKind } from '../../../vocabulary/failure.js';
import { Marked } from '../conversation/marked-runs.js';
import { CodeText, InlineText, NameText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { KIND_LABELS, LEVEL_LABELS } from './drift-labels.js';
import type { LoadedReport } from './load-report.js';

/** What tags a change besides its level: acceptance and unstable answers. */
type Marks = Pick<LoadedReport, 'acceptance' | 'flaky'>;

/** What the rows of a report need besides their changes. */
export interface RowContext {
  marks: Marks;
  /** What new recordings respond, by path. */
  outcomes: ReadonlyMap<string, string>;
  linkTo: (change: DriftChange) => string;
  /** The address of a recording that a new one replaces. */
  toReplaced: (path: string) => string;
}

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
        <InlineText text={caption} limit={1_000} />
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
              <InlineText text={change.model ?? '–'} />
            </td>
            <td data-label="What changed">
              <RowWords change={change} cause={cause} />
              <NewRecording change={change} context={context} />
              {change.texts.map((text) => (
                <TextFold text={text} isOnly={change.texts.length === 1} />
              ))}
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

/** What changed in this recording, unless the words of the cause name all its values. */
function RowWords({ change, cause }: { change: DriftChange; cause: Cause }): Markup | null {
  const values = change.words.split('`').filter((_, index) => index % 2 === 1);
  return values.every((value) => cause.words.includes(value)) ? null : <CodeText text={change.words} />;
}

/** What a new recording responds, and which one it replaces. */
function NewRecording({ change, context }: { change: DriftChange; context: RowContext }): Markup | null {
  const outcome = context.outcomes.get(change.path);
  if (outcome === undefined && change.replaces === null) return null;
  return (
    <p class="outcome">
      {outcome !== undefined && <CodeText text={outcome} />}
      {change.replaces !== null && (
        <>
          {outcome === undefined ? '' : ' · '}
          replaces{' '}
          <a href={context.toReplaced(change.replaces.path)}>
            <InlineText text={shortPath(change.replaces.path)} />
          </a>
        </>
      )}
    </p>
  );
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

function TextFold({ text, isOnly }: { text: TextChange; isOnly: boolean }): Markup {
  return (
    <details>
      <summary>
        {`text difference, ${percent(text.likeness)}% similar`}
        {!isOnly && text.path !== '' && (
          <>
            {' '}
            <code>
              <InlineText text={text.path} limit={120} />
            </code>
          </>
        )}
      </summary>
      <div class="words" dir="auto">
        {text.runs.map(({ kind, text: words }) => (
          <Marked kind={kind} text={words} />
        ))}
      </div>
    </details>
  );
}
