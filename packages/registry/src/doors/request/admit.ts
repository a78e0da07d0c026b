import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Identity } from '../../trust/identity/identity.js';
import { authenticateRequest } from './authenticate-request.js';
import { httpError, tooManyRequests } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';

/** Authenticates a request by its `Authorization` header, and counts the request for that identity. */
export const admitByHeader = (services: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const identity = await authenticateRequest(c, services, c.req.header('authorization'));
    if (identity instanceof Response) return identity;
    if ('refused' in identity) return httpError(c, 'UNAUTHENTICATED', identity.refused);
    return (await admit(c, services, identity)) ?? next();
  });

/**
 * Counts a request for an identity, and stores the identity for the following handlers.
 * @returns the error response when the identity is above its rate limit, otherwise null
 */
export async function admit(
  c: Context<AppEnvironment>,
  { limits }: Services,
  identity: Identity,
): Promise<Response | null> {
  const address = c.get('address');
  const wait = await limits.request(identity, address);
  if (wait !== null) return tooManyRequests(c, wait);
  c.set('identity', identity);
  c.set('caller', { identity, address, requestId: c.get('requestId') });
  return null;
}
