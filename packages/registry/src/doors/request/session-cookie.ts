import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

// The cookie holds the token as it is. Encrypting it would need a key that all processes share, and would gain little:
// whoever steals the cookie reads the same pages either way, scripts cannot see it, and revoking the token ends it at
// once. It counts for pages alone, which change nothing; GraphQL and the content routes look at the header only, so no
// other site can act through a browser that is signed in.
const NAME = 'fixture_registry_token';

/** Seconds that a browser stays signed in. */
const LASTS = 12 * 60 * 60;

export function tokenOfSession(c: Context): string | null {
  return getCookie(c, NAME) ?? null;
}

export function startSession(c: Context, token: string, publicUrl: string): void {
  setCookie(c, NAME, token, { ...attributes(publicUrl), maxAge: LASTS });
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
