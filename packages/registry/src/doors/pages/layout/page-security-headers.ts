import type { MiddlewareHandler } from 'hono';

// Pages show what others recorded. They are escaped; should that ever fail, nothing runs and nothing is fetched from
// elsewhere. Only the explorer at /graphql needs scripts, and it is no page of these.
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Puts the headers on every answer of the routes that it stands before. */
export const pageSecurityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  // An answer that is no page may be stricter.
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};
