import { createMiddleware } from 'hono/factory';
import { httpError } from './http-error.js';
import type { AppEnvironment } from './services.js';

/**
 * Refuses an address with U+0000 in its path or query, because Postgres cannot store it. There it can only be
 * percent-encoded; HTTP does not allow it in headers.
 */
export const refuseUnstorableAddress = createMiddleware<AppEnvironment>(async (c, next) => {
  if (!c.req.url.includes('%00')) return next();
  const { searchParams } = new URL(c.req.url);
  const wrong = [...searchParams].find(([name, value]) => name.includes('\0') || value.includes('\0'));
  const place =
    wrong === undefined ? 'the path' : `"${wrong[0].replaceAll('\0', '%00').slice(0, 80)}" in the query`;
  return httpError(c, 'INVALID', `${place} contains the character U+0000, which is not allowed`);
});
