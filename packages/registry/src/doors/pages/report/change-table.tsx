import { percent } from '../../../review/differences/compare-texts.js';
import type { DriftChange, TextChange } from '../../../review/differences/drift.js';
import { Marked } from '../conversation/turns.js';
import type { Markup } from '../frame/markup.js';
import { Name, Subject, Words } from '../frame/names.js';
import type { LoadedReport } from './report-subject.js';
import { KIND_WORDS, LEVEL_WORDS } from './words-of-drift.js';

/** What is known of changes beside their comparison. */
type Marks = Pick<LoadedReport, 'acceptance' | 'flaky'>;

/** One row for each change; text differences in a fold. */
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
                <Subject testId={change.testId} path={change.path} />
              </a>
            </th>
            <td data-label="Level">
              <LevelTag change={change} marks={props.marks} />
            </td>
            <td data-label="Model">
              <Name text={change.model ?? '–'} />
            </td>
            <td data-label="What changed">
              <Words text={change.words} />
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

/** The level of a change; where it has none, its kind. */
export function LevelTag({ change, marks }: { change: DriftChange; marks: Marks }): Markup {
  const kind = change.kind === 'CHANGED' || change.level === null ? null : KIND_WORDS[change.kind];
  return (
    <>
      <span class={`level ${change.level?.toLowerCase() ?? 'none'}`}>
        {change.level === null ? KIND_WORDS[change.kind] : LEVEL_WORDS[change.level]}
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
        {`the words, ${percent(text.likeness)}% alike`}
        {!isOnly && text.path !== '' && (
          <>
            {' '}
            <code>
              <Name text={text.path} most={120} />
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
