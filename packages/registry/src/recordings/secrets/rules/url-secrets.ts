import type { Hit } from './hit.js';
import { isPlaceholder, looksRandom } from './placeholder.js';
import { isPublicKey, isPublicParameter, isSentryAddress } from './public-value.js';

// Control characters and, for a user alone, characters beyond ASCII occur in bytes that are no text.
const USER_PART = /:\/\/([^\s\p{Cc}/?#"'<>@:\\]{0,256}):([^\s\p{Cc}/?#"'<>@\\]{1,256})@(?=[A-Za-z0-9[])/gu;
const LOCAL_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal|(?:[a-z0-9-]{1,40}\.){0,3}example(?:\.(?:com|org|net))?(?![\w.-])|[a-z][a-z0-9_-]{0,30}(?=[:/?]|$))/i;
const USER_ALONE = /:\/\/([!$-&(-.0-9;=A-Z[\]^-~]{16,256})@(?=[A-Za-z0-9[])/g;

const NAMES =
  '(?:[a-z]{1,20}[_-]){0,3}(?:api[_-]?key|key|token|sig|signature|secret|password|auth|credential)';
const PARAMETER = new RegExp(`[?&;](${NAMES})=([^\\s&#"'<>\\\\;]{16,})`, 'gi');
const PARAMETER_NAME = new RegExp(`^${NAMES}$`, 'i');
const SHORTEST_PARAMETER = 16;

/** What a link has before a token or a key id that the service put into it, for anyone with the link. */
const SIGNED_LINK = /(?:[?&;]|u0026|%26)[A-Za-z][A-Za-z_-]{0,40}=$/;

/** Passwords, tokens and telling parameters in the URLs of a text. */
export function matchUrls(text: string): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(USER_PART)) {
    const [whole, user = '', password = ''] = match;
    if (password.length < 4 || isPlaceholder(password) || user.toLowerCase() === password.toLowerCase())
      continue;
    const end = match.index + whole.length - 1;
    // Passwords for local hosts are often words that documentation shares.
    if (LOCAL_HOST.test(text.slice(end + 1, end + 80)) && !looksRandom(password)) continue;
    hits.push({ kind: 'password in a URL', start: end - password.length, end });
  }
  for (const match of text.matchAll(USER_ALONE)) {
    const [whole, user = ''] = match;
    const end = match.index + whole.length - 1;
    const start = end - user.length;
    if (!looksRandom(user) || isPlaceholder(user) || isSentryAddress(text.slice(start, end + 300))) continue;
    hits.push({ kind: 'token in a URL', start, end });
  }
  for (const match of text.matchAll(PARAMETER)) {
    const [whole, name = '', value = ''] = match;
    const hit = matchParameter(name, value);
    const end = match.index + whole.length;
    if (hit !== null) hits.push({ ...hit, start: end - value.length, end });
  }
  return hits;
}

/** The kind of secret by the name of a URL parameter; null for others. */
export function kindOfParameter(name: string): string | null {
  return PARAMETER_NAME.test(name) && !isPublicParameter(name.toLowerCase())
    ? `URL parameter ${name.toLowerCase()}`
    : null;
}

/** The secret in the value of such a parameter; null when it does not look like one. */
export function matchParameter(name: string, value: string): Hit | null {
  const kind = kindOfParameter(name);
  if (kind === null || value.length < SHORTEST_PARAMETER) return null;
  if (!looksRandom(value) || isPlaceholder(value) || isPublicKey(value)) return null;
  return { kind, start: 0, end: value.length, evidence: 'NAME' };
}

/** Whether the text before a secret makes it part of a link. */
export function isInLink(before: string): boolean {
  return SIGNED_LINK.test(before);
}
