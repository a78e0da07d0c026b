import type { Context } from 'hono';
import type { Freshness } from '../../database/connection/replica.js';

/**
 * Where there is a replica: what a write answers with and a later question sends back, so that it sees that write.
 * `latest` asks for everything that was written until now.
 */
export const POSITION_HEADER = 'x-fixture-registry-position';

/** How fresh the data must be that a request reads. */
export function freshnessOf(c: Context): Freshness {
  return c.req.header(POSITION_HEADER)?.slice(0, 40) ?? null;
}
