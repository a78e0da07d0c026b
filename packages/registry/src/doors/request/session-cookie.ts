import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

// The cookie contains the token in plain text. Encryption would need a key that all processes
// share, and a stolen cookie would still open the same pages. Scripts cannot read the cookie, and
// revoking the token ends the session. Only pages, which are read-only, accept it: GraphQL and the
// content routes require the header, so that another site cannot act through a signed-in browser.
const NAME = 'fixture_registry_token';

/** Lifetime of a session, in seconds. */
const LIFETIME = 12 * 60 * 60;

/** The token in the session cookie; null without one. */
export function sessionToken(c: Context): string | null {
  return getCookie(c, NAME) ?? null;
}

export function startSession(c: Context, token: string, publicUrl: string): void {
  setCookie(c, NAME, token, { ...attributes(publicUrl), maxAge: LIFETIME });
}

export function endSession(c: Context, publicUrl: string): void {
  deleteCookie(c, NAME, attributes(publicUrl));
}

function attributes(publicUrl: string) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: publicUrl.startsWith('https:'),
  } as const;
}
