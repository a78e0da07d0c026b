import { createMiddleware } from 'hono/factory';
import { identify } from './authenticate-request.js';
import type { AppEnvironment, Services } from './services.js';
import { endSession, tokenOfSession } from './session-cookie.js';

/**
 * Lets the session's cookie stand for a token on the routes that it stands before; a header that was sent goes first.
 * A session whose token expired or was revoked ends.
 */
export const sessionIdentity = (services: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const token = c.req.header('authorization') === undefined ? tokenOfSession(c) : null;
    const identity = token === null ? null : await identify(c, services, `Bearer ${token}`);
    if (identity instanceof Response) return identity;
    if (identity && !('refused' in identity)) c.set('identity', identity);
    else if (token !== null) endSession(c, services.publicUrl);
    return next();
  });
