import type { Context } from 'hono';

/**
 * Whether a form was sent by another site. Browsers that tell whence it was sent always tell the truth; they leave
 * `Sec-Fetch-Site` out where the registry is reached over http, and then the origin of the form must be the registry's
 * own: the address it is known under, or the one it was asked at. Without either it was no browser that sent it.
 */
export function isCrossSiteForm(c: Context, publicUrl: string): boolean {
  const from = c.req.header('sec-fetch-site');
  if (from !== undefined) return from !== 'same-origin' && from !== 'none';
  const origin = c.req.header('origin');
  if (origin === undefined) return false;
  const own = [new URL(publicUrl).origin, new URL(c.req.url).origin];
  return !own.includes(origin) && origin !== `https://${c.req.header('host')}`;
}
