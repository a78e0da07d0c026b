import { createMiddleware } from 'hono/factory';
import { admit } from './admit.js';
import { authenticateRequest } from './authenticate-request.js';
import { httpError } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';
import { endSession, sessionToken } from './session-cookie.js';

/**
 * Identifies the caller of a page by the `Authorization` header or, without one, by the cookie of the session, and
 * counts the request for that identity: a signed-in person does not share the limits of their address. A session whose
 * token expired or was revoked ends, and the caller is anonymous.
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
