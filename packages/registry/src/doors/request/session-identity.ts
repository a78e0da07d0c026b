import { createMiddleware } from 'hono/factory';
import { admit } from './admit.js';
import { authenticateRequest } from './authenticate-request.js';
import { httpError } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';
import { endSession, sessionToken } from './session-cookie.js';

/**
 * Authenticates a request for a page by its `Authorization` header or, without one, by its session
 * cookie, and counts it for that identity: signed-in visitors do not share the limit of their
 * address. Ends a session whose token is expired or revoked; the visitor is then anonymous.
 */
export const sessionIdentity = (services: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const header = c.req.header('authorization');
    const token = header === undefined ? sessionToken(c) : null;
    let identity = await authenticateRequest(c, services, token === null ? header : `Bearer ${token}`);
    if (!(identity instanceof Response) && 'refused' in identity && token !== null) {
      endSession(c, services.publicUrl);
      identity = await authenticateRequest(c, services, undefined);
    }
    if (identity instanceof Response) return identity;
    if ('refused' in identity) return httpError(c, 'UNAUTHENTICATED', identity.refused);
    return (await admit(c, services, identity)) ?? next();
  });
