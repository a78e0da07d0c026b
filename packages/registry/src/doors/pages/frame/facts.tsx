import type { Child } from 'hono/jsx';
import type { Markup } from './markup.js';
import { Name } from './names.js';

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
