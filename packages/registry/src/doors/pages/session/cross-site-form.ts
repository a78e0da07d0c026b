import type { Context } from 'hono';
import { isOwnOrigin } from '../../request/own-request.js';

/**
 * Whether a form was submitted from another site. A page cannot forge `Sec-Fetch-Site`, but
 * browsers leave it out over plain http. Then `Origin` must be the public URL or the address of the
 * request. A request with neither header does not come from a browser.
 */
export function isCrossSiteForm(c: Context, publicUrl: string): boolean {
  const from = c.req.header('sec-fetch-site');
  if (from !== undefined) return from !== 'same-origin' && from !== 'none';
  const origin = c.req.header('origin');
  return origin !== undefined && !isOwnOrigin(c, origin, publicUrl);
}
