import type { Hit } from './hit.js';
import { isPlaceholder, looksRandom } from './placeholder.js';

/** Headers whose value is a secret whatever it looks like. */
const HEADERS =
  'authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|apikey|x-goog-api-key|x-auth-token|x-access-token|' +
  'x-amz-security-token|ocp-apim-subscription-key|x-subscription-token|x-functions-key|xi-api-key|private-token|x-vault-token|' +
  'x-csrf-token|x-xsrf-token';

/** Fields of bodies and of settings that hold keys, also with a provider before them: `tavily_search_api_key`. */
const FIELDS =
  '(?:[a-z0-9]{1,30}[_-]){0,6}(?:api[_-]?key|api[_-]?token|secret[_-]?key|secret[_-]?access[_-]?key|access[_-]?token|refresh[_-]?token|' +
  'auth[_-]?token|bearer[_-]?token|session[_-]?token|id[_-]?token|client[_-]?secret|private[_-]?key|password|passwd|passphrase)';

const HEADER = new RegExp(`^(?:${HEADERS})$`, 'i');
const FIELD = new RegExp(`^${FIELDS}$`, 'i');
/** `apiKey` is `api_Key`. */
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/g;

const SHORTEST_HEADER = 8;
const SHORTEST_FIELD = 8;

/** What a header's value begins with before the secret. */
const SCHEME = /^(?:bearer|basic|token|apikey|api-key|key|digest)\s+/i;

/** The kind of secret that stands under a name (`header authorization`, `field api_key`); null for all other names. */
export function kindOfName(name: string): string | null {
  if (name.length < 6 || name.length > 160) return null;
  if (HEADER.test(name)) return `header ${name.toLowerCase()}`;
  return FIELD.test(name.replace(CAMEL, '_')) ? `field ${name.toLowerCase()}` : null;
}

/** The secret in the value that stands under such a name; null where it evidently is none. */
export function matchNamedValue(kind: string, value: string): Hit | null {
  const isHeader = kind.startsWith('header ');
  if (isHeader && kind.endsWith('cookie')) return cookieHit(kind, value);
  const start = isHeader ? (SCHEME.exec(value)?.[0].length ?? 0) : 0;
  const secret = value.slice(start).trimEnd();
  const long = secret.length >= (isHeader ? SHORTEST_HEADER : SHORTEST_FIELD);
  if (!long || isPlaceholder(secret)) return null;
  // A field may hold words about a key; a key has no spaces, and a digit among its letters.
  if (!isHeader && (/\s/.test(secret) || !/\d/.test(secret) || !/[A-Za-z]/.test(secret))) return null;
  return { kind, start, end: start + secret.length };
}

/** Of a cookie the first value that is a secret; its name, its path and its age are none. */
function cookieHit(kind: string, value: string): Hit | null {
  for (const pair of value.matchAll(/(?<=^|[;,]\s*)([^=;,\s]{1,100})=([^;,\s]{8,})/g)) {
    const [, name = '', secret = ''] = pair;
    if (/^(?:path|domain|expires|max-age|samesite|priority)$/i.test(name) || isPlaceholder(secret)) continue;
    const end = pair.index + pair[0].length;
    return { kind, start: end - secret.length, end };
  }
  return null;
}

/** The beginnings of what `matchAssignments` finds, cheap to look for. */
export const NAME_BEGINNINGS =
  /(?:authorization|cookie|api[_-]?key|secret|passw(?:or)?d|passphrase|token|private[_-]?key|subscription-key|functions-key)(?:_access_?key|_key|-key|access-?key|key)?[\\"']{0,4}\s{0,4}[:=,]|:\/\/[^\s/?#"'<>@]{1,500}@|[?&;](?:[a-z_-]{0,30}(?:key|token|sig|signature|secret|password|auth))=/i;

const ASSIGNED = new RegExp(
  `(?<![A-Za-z0-9_-])(${HEADERS}|${FIELDS})[\\\\"']{0,4}\\s{0,4}[:=,]\\s{0,4}[\\\\"']{0,4}(?:(?:bearer|basic|token|apikey|key)\\s{1,4})?([^\\s"'\\\\,;&<>(){}]{8,})`,
  'gi',
);
const USER_PART = /:\/\/([^\s/?#"'<>@:\\]{0,256}):([^\s/?#"'<>@\\]{1,256})@(?=[A-Za-z0-9[])/g;
const LOCAL_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker\.internal|(?:[a-z0-9-]{1,40}\.){0,3}example(?:\.(?:com|org|net))?(?![\w.-])|[a-z][a-z0-9_-]{0,30}(?=[:/?]|$))/i;
const USER_ALONE = /:\/\/([^\s/?#"'<>@:\\]{16,256})@(?=[A-Za-z0-9[])/g;
const PARAMETER =
  /[?&;]((?:[a-z]{1,20}[_-]){0,3}(?:api[_-]?key|key|token|sig|signature|secret|password|auth|credential))=([^\s&#"'<>\\;]{16,})/gi;

/** Secrets that a text tells by what stands before them: assignments, user parts of URLs, and parameters of URLs. */
export function matchAssignments(text: string): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(ASSIGNED)) {
    const [, name = '', value = ''] = match;
    const kind = kindOfName(name.toLowerCase());
    // In prose and in code a value must look like a key, too: `password: required2` is none.
    if (kind === null || isPlaceholder(value) || value.length < 12 || !looksRandom(value)) continue;
    hits.push(atTheEnd(kind, match, value));
  }
  for (const match of text.matchAll(USER_PART)) {
    const [whole, user = '', password = ''] = match;
    if (password.length < 4 || isPlaceholder(password) || user.toLowerCase() === password.toLowerCase())
      continue;
    const end = match.index + whole.length - 1;
    // On one's own machine passwords are words that documentation shares, too.
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
    if (!looksRandom(value) || isPlaceholder(value)) continue;
    hits.push(atTheEnd(`URL parameter ${name.toLowerCase()}`, match, value));
  }
  return hits;
}

function atTheEnd(kind: string, match: RegExpExecArray, value: string): Hit {
  const end = match.index + match[0].length;
  return { kind, start: end - value.length, end };
}
