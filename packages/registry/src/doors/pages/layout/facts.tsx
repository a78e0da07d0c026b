import type { Child } from 'hono/jsx';
import { Name } from './inline-text.js';
import type { Markup } from './page-content.js';

/** Names with their values. */
export function Facts({ facts }: { facts: [name: string, value: Child][] }): Markup {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>
            <Name text={name} most={80} />
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
