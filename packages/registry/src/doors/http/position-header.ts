import type { Context } from 'hono';
import type { Freshness } from '../../database/connection/replica.js';

/**
 * With a replica: a write returns its position in this header, and a later read sends it back to
 * see that write. `latest` requires everything that was written until now.
 */
export const POSITION_HEADER = 'x-fixture-registry-position';

/** The position that the database of a request must have reached; null when the client requires none. */
export function requiredFreshness(c: Context): Freshness {
  return c.req.header(POSITION_HEADER)?.slice(0, 40) ?? null;
}
