import { visible } from '../../../review/report/escape-markdown.js';
import type { Markup } from '../layout/page-content.js';
import type { MarkedRun, MarkedText } from './mark-texts.js';

/** Longer equal runs next to a difference are folded. In characters. */
const LONG = 600;
/** Number of characters that stay visible on each side of a fold. */
const CONTEXT = 160;

/** Text that is removed, added or unchanged. */
export function Marked({ kind, text }: MarkedRun): Markup {
  const shown = visible(text);
  if (kind === 'gone') return <del>{shown}</del>;
  if (kind === 'new') return <ins>{shown}</ins>;
  return <>{shown}</>;
}

/** A text with its differences marked, and the number of characters that are left out. */
export function MarkedTextView({ text: { skipped, runs, cut } }: { text: MarkedText }): Markup {
  const hasDifference = runs.some(({ kind }) => kind !== 'same');
  return (
    <>
      {skipped > 0 && <p class="quiet">{`The first ${number(skipped)} characters are equal.`}</p>}
      <div class="words" dir="auto">
        {runs.map((run) =>
          hasDifference && run.kind === 'same' && run.text.length > LONG ? (
            <Folded text={run.text} />
          ) : (
            <Marked {...run} />
          ),
        )}
      </div>
      {cut > 0 && <p class="quiet">{`… and ${number(cut)} more characters in the file.`}</p>}
    </>
  );
}

function Folded({ text }: { text: string }): Markup {
  const start = boundary(text, CONTEXT);
  const end = boundary(text, text.length - CONTEXT);
  return (
    <>
      {visible(text.slice(0, start))}
      <details>
        <summary>{`${number(end - start)} equal characters`}</summary>
        {visible(text.slice(start, end))}
      </details>
      {visible(text.slice(end))}
    </>
  );
}

/** The position, or the one after it, so that no surrogate pair is split. */
function boundary(text: string, position: number): number {
  return /[\uDC00-\uDFFF]/.test(text[position] ?? '') ? position + 1 : position;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
