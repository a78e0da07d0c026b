import type { Child } from 'hono/jsx';
import { InlineText } from './inline-text.js';
import type { Markup } from './page-content.js';

/** A list of names and values. */
export function Facts({ facts }: { facts: [name: string, value: Child][] }): Markup {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>
            <InlineText text={name} limit={80} />
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
