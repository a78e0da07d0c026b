import type { MiddlewareHandler } from 'hono';

/** Lifetime of Strict-Transport-Security, in seconds: a year. */
const HTTPS_ONLY = 31_536_000;

/**
 * Adds security headers to every response: browsers do not guess its type, do not run scripts in
 * it, and do not let other sites frame or embed it. Headers that a route sets itself take
 * precedence.
 */
export function securityHeaders(publicUrl: string): MiddlewareHandler {
  const headers = {
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${HTTPS_ONLY}` } : {}),
  };
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
  };
}
