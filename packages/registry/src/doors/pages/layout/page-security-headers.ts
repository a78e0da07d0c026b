import type { Context, MiddlewareHandler } from 'hono';

// Pages show untrusted text. It is escaped; if escaping ever fails, this policy still blocks
// scripts and requests to other hosts. GraphiQL at /graphql has a policy of its own.
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HEADERS = {
  'content-security-policy': POLICY,
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

/**
 * Allows the page's own script. No recorded content can run as one: contents are sent as `text/plain` with
 * `nosniff`, and inline scripts stay blocked.
 */
export function allowPageScript(c: Context): void {
  c.header('content-security-policy', `${POLICY}; script-src 'self'`);
}
