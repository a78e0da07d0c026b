import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { ANONYMOUS, type Identity } from '../../trust/identity/identity.js';
import { readOnly } from '../../trust/identity/person.js';
import { admit } from './admit.js';
import { authenticateRequest } from './authenticate-request.js';
import { httpError } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';
import { endSession, readCookie } from './session-cookie.js';

/**
 * Authenticates a request for a page by its `Authorization` header or, without one, by its session
 * cookie, and counts it for that identity: signed-in visitors do not share the limit of their
 * address. Ends a session that is expired or revoked; the visitor is then anonymous.
 */
export const sessionIdentity = (services: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const header = c.req.header('authorization');
    const identity =
      header === undefined
        ? await identityOfSession(c, services)
        : await authenticateRequest(c, services, header);
    if (identity instanceof Response) return identity;
    if ('refused' in identity) return httpError(c, 'UNAUTHENTICATED', identity.refused);
    return (await admit(c, services, identity)) ?? next();
  });

/** As `sessionIdentity`, but the caller can only read. For requests that scripts of the pages send. */
export const readingSession = (services: Services) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const identity = await identityOfSession(c, services);
    if (identity instanceof Response) return identity;
    if ('refused' in identity) return httpError(c, 'UNAUTHENTICATED', identity.refused);
    return (await admit(c, services, identity === ANONYMOUS ? identity : readOnly(identity))) ?? next();
  });

/** The person who signed in with GitHub; null without such a session. */
export async function personOfSession(
  c: Context<AppEnvironment>,
  { signIn, publicUrl }: Services,
): Promise<Identity | null> {
  const session = readCookie(c, 'github', publicUrl);
  return session === null ? null : ((await signIn?.identify(session)) ?? null);
}

async function identityOfSession(c: Context<AppEnvironment>, services: Services) {
  const { publicUrl } = services;
  const token = readCookie(c, 'token', publicUrl);
  if (token !== null) {
    const identity = await authenticateRequest(c, services, `Bearer ${token}`);
    if (identity instanceof Response || !('refused' in identity)) return identity;
    endSession(c, publicUrl);
  } else if (readCookie(c, 'github', publicUrl) !== null) {
    const person = await personOfSession(c, services);
    if (person !== null) return person;
    endSession(c, publicUrl);
  }
  return await authenticateRequest(c, services, undefined);
}
