import type { MiddlewareHandler } from 'hono';

// Pages show untrusted text. It is escaped; if escaping ever fails, this policy still blocks
// scripts and requests to other hosts. Only GraphiQL at /graphql needs scripts, and it has its own
// policy.
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Adds the security headers of pages to every response of a route. */
export const pageSecurityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  // A download sets a stricter policy of its own.
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};
