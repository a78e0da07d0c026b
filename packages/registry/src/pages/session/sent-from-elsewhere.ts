import type { Context } from 'hono';

/** Whether a form was sent by another site. Browsers that tell whence it was sent always tell the truth. */
export function isSentFromElsewhere(c: Context): boolean {
  const from = c.req.header('sec-fetch-site');
  return from !== undefined && from !== 'same-origin' && from !== 'none';
}
