import type { Hit } from './hit.js';
import { isPlaceholder, looksRandom } from './placeholder.js';

/** Headers whose value is always a secret. */
const HEADERS =
  'authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|apikey|x-goog-api-key|x-auth-token|x-access-token|' +
  'x-amz-security-token|ocp-apim-subscription-key|x-subscription-token|x-functions-key|xi-api-key|private-token|x-vault-token|' +
  'x-csrf-token|x-xsrf-token';

/** Fields with keys, also with a prefix such as a provider: `tavily_search_api_key`. */
const FIELDS =
  '(?:[a-z0-9]{1,30}[_-]){0,6}(?:api[_-]?key|api[_-]?token|secret[_-]?key|secret[_-]?access[_-]?key|access[_-]?token|refresh[_-]?token|' +
  'auth[_-]?token|bearer[_-]?token|session[_-]?token|id[_-]?token|client[_-]?secret|private[_-]?key|password|passwd|passphrase)';

const HEADER = new RegExp(`^(?:${HEADERS})$`, 'i');
const FIELD = new RegExp(`^${FIELDS}$`, 'i');
/** Splits `apiKey` into `api_Key`. */
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/g;

const SHORTEST_HEADER = 8;
const SHORTEST_FIELD = 8;

/** Authentication scheme before the secret in the value of a header. */
const SCHEME = /^(?:bearer|basic|token|apikey|api-key|key|digest)\s+/i;

/**
 * The kind of secret by the name of its header or field (`header authorization`, `field api_key`);
 * null for others.
 */
export function kindOfName(name: string): string | null {
  if (name.length < 6 || name.length > 160) return null;
  if (HEADER.test(name)) return `header ${name.toLowerCase()}`;
  return FIELD.test(name.replace(CAMEL, '_')) ? `field ${name.toLowerCase()}` : null;
}

/**
 * The secret in the value of such a header or field; null when the value is evidently not a secret.
 */
export function matchNamedValue(kind: string, value: string): Hit | null {
  const isHeader = kind.startsWith('header ');
  if (isHeader && kind.endsWith('cookie')) return cookieHit(kind, value);
  const start = isHeader ? (SCHEME.exec(value)?.[0].length ?? 0) : 0;
  const secret = value.slice(start).trimEnd();
  const long = secret.length >= (isHeader ? SHORTEST_HEADER : SHORTEST_FIELD);
  if (!long || isPlaceholder(secret)) return null;
  // A field may contain prose about a key. A key has no spaces, and has letters and digits.
  if (!isHeader && (/\s/.test(secret) || !/\d/.test(secret) || !/[A-Za-z]/.test(secret))) return null;
  return { kind, start, end: start + secret.length };
}

/** The first secret value in a cookie, without attributes such as path and age. */
function cookieHit(kind: string, value: string): Hit | null {
  for (const pair of value.matchAll(/(?<=^|[;,]\s*)([^=;,\s]{1,100})=([^;,\s]{8,})/g)) {
    const [, name = '', secret = ''] = pair;
    if (/^(?:path|domain|expires|max-age|samesite|priority)$/i.test(name) || isPlaceholder(secret)) continue;
    const end = pair.index + pair[0].length;
    return { kind, start: end - secret.length, end };
  }
  return null;
}

/** A fast check for texts in which `matchAssignments` may find something. */
export const NAME_PREFIXES =
  /(?:authorization|cookie|api[_-]?key|secret|passw(?:or)?d|passphrase|token|private[_-]?key|subscription-key|functions-key)(?:_access_?key|_key|-key|access-?key|key)?[\\"']{0,4}\s{0,4}[:=,]|:\/\/[^\s/?#"'<>@]{1,500}@|[?&;](?:[a-z_-]{0,30}(?:key|token|sig|signature|secret|password|auth))=/i;

const ASSIGNED = new RegExp(
  `(?<![A-Za-z0-9_-])(${HEADERS}|${FIELDS})[\\\\"']{0,4}\\s{0,4}[:=,]\\s{0,4}[\\\\"']{0,4}(?:(?:bearer|basic|token|apikey|key)\\s{1,4})?([^\\s"'\\\\,;&<>(){}]{8,})`,
  'gi',
);
// Control characters and, for a user alone, characters beyond ASCII occur in bytes that are no text.
const USER_PART = /:\/\/([^\s\p{Cc}/?#"'<>@:\\]{0,256}):([^\s\p{Cc}/?#"'<>@\\]{1,256})@(?=[A-Za-z0-9[])/gu;
const LOCAL_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal|(?:[a-z0-9-]{1,40}\.){0,3}example(?:\.(?:com|org|net))?(?![\w.-])|[a-z][a-z0-9_-]{0,30}(?=[:/?]|$))/i;
const USER_ALONE = /:\/\/([!$-&(-.0-9;=A-Z[\]^-~]{16,256})@(?=[A-Za-z0-9[])/g;
const PARAMETER =
  /[?&;]((?:[a-z]{1,20}[_-]){0,3}(?:api[_-]?key|key|token|sig|signature|secret|password|auth|credential))=([^\s&#"'<>\\;]{16,})/gi;

/** Parameters of public links. Google News signs each link to an article for anyone who follows it. */
const PUBLIC_PARAMETERS: ReadonlySet<string> = new Set(['gaa_sig']);

/**
 * Secrets recognised by the text before them: assignments, user information in URLs, and URL
 * parameters.
 */
export function matchAssignments(text: string): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(ASSIGNED)) {
    const [, name = '', value = ''] = match;
    const kind = kindOfName(name.toLowerCase());
    // In prose and code, the value must also look random: `password: required2` is not a secret.
    if (kind === null || isPlaceholder(value) || value.length < 12 || !looksRandom(value)) continue;
    hits.push(hitAtEnd(kind, match, value));
  }
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
    if (!looksRandom(user) || isPlaceholder(user)) continue;
    const end = match.index + whole.length - 1;
    hits.push({ kind: 'token in a URL', start: end - user.length, end });
  }
  for (const match of text.matchAll(PARAMETER)) {
    const [, name = '', value = ''] = match;
    if (PUBLIC_PARAMETERS.has(name.toLowerCase()) || !looksRandom(value) || isPlaceholder(value)) continue;
    hits.push(hitAtEnd(`URL parameter ${name.toLowerCase()}`, match, value));
  }
  return hits;
}

function hitAtEnd(kind: string, match: RegExpExecArray, value: string): Hit {
  const end = match.index + match[0].length;
  return { kind, start: end - value.length, end };
}
