import { percent } from '../../../review/differences/compare-texts.js';
import type { DriftChange, TextChange } from '../../../review/differences/drift.js';
import type { Cause } from '../../../review/report/causes/cause.js';
import { shortPath } from '../../../review/report/change-names.js';
import { placeOf } from '../../../review/report/describe-change.js';
import { rank } from '../../../vocabulary/level.js';
import { Marked } from '../conversation/marked-runs.js';
import { CodeText, InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { countCalls } from './arrange-calls.js';
import type { RowContext } from './row-context.js';

/** What changed in one recording, with differences of request and texts in folds. */
export function RowDetails(props: { change: DriftChange; cause: Cause; context: RowContext }): Markup {
  const { change, cause, context } = props;
  const words = rowWords(change, cause);
  const request = change.requestChange?.words ?? [];
  const calls = describeCalls(change);
  const used = change.kind === 'REMOVED' ? context.removedUse.get(change.path) : undefined;
  return (
    <>
      {words !== '' && <CodeText text={words} />}
      {used !== undefined && <p class="outcome quiet">{used}</p>}
      {calls !== null && <p class="outcome quiet">{calls}</p>}
      <NewRecording change={change} context={context} />
      {request.length > 0 && <RequestFold words={request} />}
      {change.texts.map((text) => (
        <TextFold text={text} isOnly={change.texts.length === 1} />
      ))}
    </>
  );
}

/** How many calls of a cassette differ; null when its words name the only one, or it has only one. */
function describeCalls(change: DriftChange): string | null {
  return placeOf(change) === null ? countCalls(change) : null;
}

const MAXIMUM_REASONS = 3;

/** The words of a change without its request; empty when the cause states them. */
function rowWords(change: DriftChange, cause: Cause): string {
  const words =
    change.requestChange === null && change.replaces === null
      ? change.words
      : change.reasons
          .filter(({ level }) => rank(level) >= rank('CONTENT'))
          .slice(0, MAXIMUM_REASONS)
          .map((reason) => reason.words)
          .join(', ');
  return states(cause, words) ? '' : words;
}

/** Whether the words of the cause say all that these words say. A cause of several values says not whose. */
function states(cause: Cause, words: string): boolean {
  const values = words.split('`').filter((_, index) => index % 2 === 1);
  if (cause.changes.length === 1) return values.every((value) => cause.words.includes(value));
  return values.length === 0 || cause.words === words || cause.words.startsWith(`${words};`);
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

const MAXIMUM_DIFFERENCES = 20;

function RequestFold({ words }: { words: string[] }): Markup {
  const more = words.length - MAXIMUM_DIFFERENCES;
  return (
    <details>
      <summary>request changed</summary>
      <ul>
        {words.slice(0, MAXIMUM_DIFFERENCES).map((difference) => (
          <li>
            <CodeText text={difference} />
          </li>
        ))}
        {more > 0 && <li class="quiet">{`and ${more.toLocaleString('en-GB')} more`}</li>}
      </ul>
    </details>
  );
}

function TextFold({ text, isOnly }: { text: TextChange; isOnly: boolean }): Markup {
  return (
    <details>
      <summary>
        {text.likeness > 0 ? `text difference, ${percent(text.likeness)}% similar` : 'text difference'}
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
