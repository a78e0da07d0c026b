import { Facts } from '../layout/facts.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import type { Fact } from './conversation.js';
import {
  type MarkedText,
  type MarkedTexts,
  makeTextMarker,
  markText,
  type TextMarker,
} from './mark-texts.js';
import { MarkedTextView } from './marked-runs.js';

/**
 * Compares facts of two sides: different values in a table, equal values in a fold.
 * @param markTexts as in `sideBySide`
 */
export function FactComparison(props: { before: Fact[]; after: Fact[]; markTexts?: TextMarker }): Markup {
  const { before, after, markTexts = makeTextMarker() } = props;
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  const rows = names.map((name) => ({ name, from: valueIn(before, name), to: valueIn(after, name) }));
  const [same, different] = [true, false].map((isSame) =>
    rows.filter(({ from, to }) => (from === to) === isSame),
  );
  return (
    <>
      {different && different.length > 0 && <ComparisonTable rows={different} markTexts={markTexts} />}
      {same && same.length > 0 && (
        <details>
          <summary>
            <InlineText text={`The same on both sides: ${same.map(({ name }) => name).join(', ')}`} />
          </summary>
          <Facts facts={same.map(({ name, to }) => [name, <Value text={to} />])} />
        </details>
      )}
    </>
  );
}

/** A name can occur once for each choice of a response. */
function valueIn(facts: Fact[], name: string): string {
  return facts
    .filter((fact) => fact.name === name)
    .map(({ value }) => value)
    .join(', ');
}

function ComparisonTable(props: {
  rows: { name: string; from: string; to: string }[];
  markTexts: TextMarker;
}): Markup {
  const { rows, markTexts } = props;
  return (
    <table class="comparison">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, from, to }) => {
          const { before, after, note } = compareValues(from, to, markTexts);
          return (
            <tr>
              <th scope="row">
                <InlineText text={name} limit={80} />
              </th>
              <td data-label="Before">{from === '' ? <Nothing /> : <MarkedTextView text={before} />}</td>
              <td data-label="After">
                {to === '' ? <Nothing /> : <MarkedTextView text={after} />}
                {note !== null && <p class="quiet">{note}</p>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Short values, such as a number or a finish reason, are replaced as a whole. */
function compareValues(from: string, to: string, markTexts: TextMarker): MarkedTexts {
  if (from === '' || to === '' || Math.max(from.length, to.length) <= SHORT_VALUE) {
    return { before: markText(from, 'gone'), after: markText(to, 'new'), note: null };
  }
  return markTexts(from, to);
}

const SHORT_VALUE = 40;

/** Longer values are folded: tool definitions run to pages. In characters. */
const SHORT = 240;

/** Facts of one side; nothing without any. */
export function FactList({ facts }: { facts: Fact[] }): Markup | null {
  if (facts.length === 0) return null;
  return <Facts facts={facts.map(({ name, value }) => [name, <Value text={value} />])} />;
}

/** The value of a fact, folded when it is long. */
export function Value({ text }: { text: string }): Markup {
  if (text === '') return <Nothing />;
  const shown: MarkedText = markText(text, 'same');
  if (text.length <= SHORT) return <MarkedTextView text={shown} />;
  return (
    <details>
      <summary>{`${text.length.toLocaleString('en-GB')} characters`}</summary>
      <MarkedTextView text={shown} />
    </details>
  );
}

function Nothing(): Markup {
  return <span class="quiet">–</span>;
}
