import type { MiddlewareHandler } from 'hono';

/** Seconds for which a browser asks for nothing but https after it came over https once: a year. */
const HTTPS_ONLY = 31_536_000;

/**
 * What every answer says to a browser: it is what its content type says, it stands in nobody's frame, no other site
 * may embed it, and nothing in it runs. Pages have their own policy, which goes first.
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
