import { createMiddleware } from 'hono/factory';
import { authenticate } from '../../access/authenticate.js';
import type { AppEnvironment, Services } from '../../http/services.js';
import { endSession, tokenOfSession } from './session-cookie.js';

/**
 * Lets the session's cookie stand for a token on the routes that it stands before; a header that was sent goes first.
 * A session whose token expired or was revoked ends.
 */
export const sessionIdentity = ({ authenticators, publicUrl }: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const token = c.req.header('authorization') === undefined ? tokenOfSession(c) : null;
    const identity = token === null ? null : await authenticate(`Bearer ${token}`, authenticators);
    if (identity) c.set('identity', identity);
    else if (token !== null) endSession(c, publicUrl);
    return next();
  });
