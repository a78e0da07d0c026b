import { createMiddleware } from 'hono/factory';
import { httpError } from './http-error.js';
import type { AppEnvironment } from './services.js';

/**
 * Refuses an address that names something with U+0000, which no database can keep: in its path, or in its query. It can only
 * stand there percent-encoded, and HTTP allows it in no header.
 */
export const refuseUnstorableAddress = createMiddleware<AppEnvironment>(async (c, next) => {
  if (!c.req.url.includes('%00')) return next();
  const { searchParams } = new URL(c.req.url);
  const wrong = [...searchParams].find(([name, value]) => name.includes('\0') || value.includes('\0'));
  const place =
    wrong === undefined ? 'the path' : `"${wrong[0].replaceAll('\0', '%00').slice(0, 80)}" in the query`;
  return httpError(
    c,
    'INVALID',
    `${place} contains the character U+0000, which no text of a request may contain`,
  );
});
