import type { Context } from 'hono';

/**
 * Whether a page of this registry sent the request, as the browser says. Requests that use a session for more
 * than a page need it. A page of another site cannot forge `Sec-Fetch-Site` or `Origin`; over plain http
 * browsers send only `Origin`. A request with neither does not come from a page.
 */
export function isOwnRequest(c: Context, publicUrl: string): boolean {
  const from = c.req.header('sec-fetch-site');
  if (from !== undefined) return from === 'same-origin';
  const origin = c.req.header('origin');
  return origin !== undefined && isOwnOrigin(c, origin, publicUrl);
}

/** Whether an origin is the public URL, or the address of the request, also behind a proxy with TLS. */
export function isOwnOrigin(c: Context, origin: string, publicUrl: string): boolean {
  const own = [new URL(publicUrl).origin, new URL(c.req.url).origin, `https://${c.req.header('host')}`];
  return own.includes(origin);
}
