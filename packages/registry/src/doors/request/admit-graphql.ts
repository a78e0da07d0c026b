import { createMiddleware } from 'hono/factory';
import { admitByHeader } from './admit.js';
import { isOwnRequest } from './own-request.js';
import type { AppEnvironment, Services } from './services.js';
import { readingSession } from './session-identity.js';

/**
 * Authenticates a GraphQL request by its `Authorization` header. GraphiQL, a page of this registry, may use
 * the session instead, and then only reads: another site cannot act through a signed-in browser.
 */
export const admitGraphql = (services: Services) => {
  const [byHeader, bySession] = [admitByHeader(services), readingSession(services)];
  return createMiddleware<AppEnvironment>((c, next) => {
    const isOfPage =
      c.req.method === 'POST' &&
      c.req.header('authorization') === undefined &&
      isOwnRequest(c, services.publicUrl);
    return isOfPage ? bySession(c, next) : byHeader(c, next);
  });
};
