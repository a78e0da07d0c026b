import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { App } from '../../request/services.js';

const TEXT = readFileSync(new URL('../../../../static/page.js', import.meta.url), 'utf8');

/** The address contains a hash of the content, so that browsers can cache it for ever. */
export const PAGE_SCRIPT = `/-/page.js?${createHash('sha256').update(TEXT).digest('hex').slice(0, 12)}`;

export function addPageScript(app: App): void {
  app.get('/-/page.js', (c) =>
    c.body(TEXT, 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    }),
  );
}
