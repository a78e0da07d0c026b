import type { DriftChange } from '../../../review/differences/drift.js';
import { markOfLine } from '../../../review/report/causes/mark.js';
import { count } from '../../../vocabulary/words.js';
import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import type { CauseSection } from './arrange-rows.js';
import { ChangeTable } from './change-table.js';
import type { FilterLink } from './filter-form.js';
import { MarkIcon } from './report-mark.js';
import type { RowContext } from './row-context.js';

/** The element of a cause, for links to it. */
const idOf = (key: string) => `cause-${key}`;

/** The rows of a cause in a fold with its words, one table for each test file. */
export function CauseView(props: {
  section: CauseSection;
  isOpen: boolean;
  context: RowContext;
  link: FilterLink;
}): Markup {
  const { cause, files } = props.section;
  const shown = files.flatMap(({ changes }) => changes).length;
  const isAccepted = (change: DriftChange) => props.context.marks.acceptance.of(change) !== null;
  const mark = markOfLine(cause.changes, isAccepted);
  return (
    <details class="cause" id={idOf(cause.key)} open={props.isOpen}>
      <summary>
        {mark !== '' && <MarkIcon mark={mark} />} <CodeText text={cause.words} />{' '}
        <span class="quiet">{`(${describeShown(shown, cause.changes.length)})`}</span>
      </summary>
      {files.map(({ file, changes }) => (
        <ChangeTable caption={file} cause={cause} changes={changes} context={props.context} />
      ))}
      {shown < cause.changes.length && (
        <p>
          <a href={`${props.link({ cause: cause.key })}#changes`}>
            {`Show all ${count(cause.changes.length, 'recording')} of this cause`}
          </a>
        </p>
      )}
    </details>
  );
}

function describeShown(shown: number, all: number): string {
  return shown === all
    ? count(all, 'recording')
    : `${shown.toLocaleString('en-GB')} of ${count(all, 'recording')}`;
}

const MAXIMUM_LISTED = 60;

/** All causes of a report that has several pages, each with a link to its changes. */
export function CauseIndex(props: { sections: CauseSection[]; link: FilterLink }): Markup {
  const { sections } = props;
  return (
    <details open={sections.length <= 12}>
      <summary>{`All ${count(sections.length, 'cause')}`}</summary>
      <ul class="plain">
        {sections.slice(0, MAXIMUM_LISTED).map(({ cause, files }) => (
          <li>
            <MarkIcon mark={cause.mark} />{' '}
            <a href={`${props.link({ cause: cause.key })}#changes`}>
              {count(files.flatMap(({ changes }) => changes).length, 'recording')}
            </a>
            : <CodeText text={cause.words} />
          </li>
        ))}
        {sections.length > MAXIMUM_LISTED && (
          <li class="quiet">
            <InlineText text={`and ${sections.length - MAXIMUM_LISTED} more`} />
          </li>
        )}
      </ul>
    </details>
  );
}
