import { percent } from '../../../review/differences/compare-texts.js';
import type { DriftChange, TextChange } from '../../../review/differences/drift.js';
import { Marked } from '../conversation/marked-runs.js';
import { CodeText, InlineText, RecordingTitle } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { KIND_LABELS, LEVEL_LABELS } from './drift-labels.js';
import type { LoadedReport } from './load-report.js';

/** What tags a change besides its level: acceptance and unstable answers. */
type Marks = Pick<LoadedReport, 'acceptance' | 'flaky'>;

/** A table with a row for each change; differences in texts are folded. */
export function ChangeTable(props: {
  marks: Marks;
  changes: DriftChange[];
  linkTo: (change: DriftChange) => string;
}): Markup {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Level</th>
          <th scope="col">Model</th>
          <th scope="col">What changed</th>
        </tr>
      </thead>
      <tbody>
        {props.changes.map((change) => (
          <tr>
            <th scope="row">
              <a href={props.linkTo(change)}>
                <RecordingTitle testId={change.testId} path={change.path} />
              </a>
            </th>
            <td data-label="Level">
              <LevelTag change={change} marks={props.marks} />
            </td>
            <td data-label="Model">
              <InlineText text={change.model ?? '–'} />
            </td>
            <td data-label="What changed">
              <CodeText text={change.words} />
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
      {change.unplayable && <span class="tag problem">not found</span>}
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
