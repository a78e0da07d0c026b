import { createMiddleware } from 'hono/factory';
import { authenticateRequest } from './authenticate-request.js';
import type { AppEnvironment, Services } from './services.js';
import { endSession, sessionToken } from './session-cookie.js';

/**
 * Authenticates a request by its session cookie, unless it has an `Authorization` header. Ends a session whose token is
 * expired or revoked.
 */
export const sessionIdentity = (services: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const token = c.req.header('authorization') === undefined ? sessionToken(c) : null;
    const identity = token === null ? null : await authenticateRequest(c, services, `Bearer ${token}`);
    if (identity instanceof Response) return identity;
    if (identity && !('refused' in identity)) c.set('identity', identity);
    else if (token !== null) endSession(c, services.publicUrl);
    return next();
  });
