import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { App } from '../../request/services.js';

const TEXT = readFileSync(new URL('../../../../static/style.css', import.meta.url), 'utf8');

/** The address contains a hash of the content, so that browsers can cache it for ever. */
export const STYLESHEET = `/-/style.css?${createHash('sha256').update(TEXT).digest('hex').slice(0, 12)}`;

export function addStylesheet(app: App): void {
  app.get('/-/style.css', (c) =>
    c.body(TEXT, 200, {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    }),
  );
}
