import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/**
 * The cookies of the pages. A session is either a token in plain text (encryption would need a key, and a
 * stolen cookie would still open the same pages) or an encrypted session of GitHub. `flow` is a sign-in with
 * GitHub in progress. Scripts cannot read them, and pages of other sites cannot use them.
 */
const NAMES = {
  token: 'fixture_registry_token',
  github: 'fixture_registry_github',
  flow: 'fixture_registry_sign_in',
} as const;

type CookieKind = keyof typeof NAMES;

/** Lifetime of a session with a token, in seconds. */
const LIFETIME = 12 * 60 * 60;

/** The value of a cookie; null without one. */
export function readCookie(c: Context, kind: CookieKind, publicUrl: string): string | null {
  const value = isSecure(publicUrl) ? getCookie(c, NAMES[kind], 'host') : getCookie(c, NAMES[kind]);
  return value || null;
}

/**
 * Sets a cookie. With https its name begins with `__Host-`, so that no other host of the domain can set it.
 * @param lifetime in seconds
 */
export function writeCookie(
  c: Context,
  kind: CookieKind,
  value: string,
  publicUrl: string,
  lifetime: number = LIFETIME,
): void {
  setCookie(c, NAMES[kind], value, { ...attributes(publicUrl), maxAge: lifetime });
}

export function removeCookie(c: Context, kind: CookieKind, publicUrl: string): void {
  deleteCookie(c, NAMES[kind], attributes(publicUrl));
}

/** Ends both kinds of session. */
export function endSession(c: Context, publicUrl: string): void {
  for (const kind of ['token', 'github'] as const) {
    if (readCookie(c, kind, publicUrl) !== null) removeCookie(c, kind, publicUrl);
  }
}

const isSecure = (publicUrl: string) => publicUrl.startsWith('https:');

function attributes(publicUrl: string) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    ...(isSecure(publicUrl) && ({ secure: true, prefix: 'host' } as const)),
  } as const;
}
