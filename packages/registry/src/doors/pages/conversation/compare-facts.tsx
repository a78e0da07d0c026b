import { Facts } from '../layout/facts.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import type { Fact } from './conversation.js';
import { Marked } from './turns.js';

/** Compares facts of two sides: different values in a table, equal values in a fold. */
export function FactComparison({ before, after }: { before: Fact[]; after: Fact[] }): Markup {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  const rows = names.map((name) => ({ name, from: valueIn(before, name), to: valueIn(after, name) }));
  const [same, different] = [true, false].map((isSame) =>
    rows.filter(({ from, to }) => (from === to) === isSame),
  );
  return (
    <>
      {different && different.length > 0 && <ComparisonTable rows={different} />}
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

function ComparisonTable({ rows }: { rows: { name: string; from: string; to: string }[] }): Markup {
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
        {rows.map(({ name, from, to }) => (
          <tr>
            <th scope="row">
              <InlineText text={name} limit={80} />
            </th>
            <td data-label="Before">
              <Value text={from} kind="gone" />
            </td>
            <td data-label="After">
              <Value text={to} kind="new" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Longer values are folded: tool definitions run to pages. In characters. */
const SHORT = 240;

/** The value of a fact, folded when it is long. */

export function Value({ text, kind = 'same' }: { text: string; kind?: 'same' | 'gone' | 'new' }): Markup {
  if (text === '') return <span class="quiet">–</span>;
  if (text.length <= SHORT) {
    return (
      <span class="words">
        <Marked kind={kind} text={text} />
      </span>
    );
  }
  return (
    <details>
      <summary>{`${text.length.toLocaleString('en-GB')} characters`}</summary>
      <div class="words">
        <Marked kind={kind} text={text.slice(0, 20_000)} />
      </div>
    </details>
  );
}
