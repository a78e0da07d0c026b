import { matchCookie, matchCookies } from './cookies.js';
import type { Hit } from './hit.js';
import { isPlaceholder, looksRandom } from './placeholder.js';
import { isPublicHeader, isPublicKey } from './public-value.js';
import { matchParameter } from './url-secrets.js';

/** Headers whose value is always a secret. */
const HEADERS =
  'authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|apikey|x-goog-api-key|x-auth-token|x-access-token|' +
  'x-amz-security-token|ocp-apim-subscription-key|x-subscription-token|x-functions-key|xi-api-key|private-token|x-vault-token|' +
  'x-csrf-token|x-xsrf-token|x-auth-key|x-api-token|x-rapidapi-key|dd-api-key|dd-application-key|x-figma-token|' +
  'cf-access-client-secret|cf-access-jwt-assertion|x-shopify-access-token|x-gitlab-token|helicone-auth';

/** Fields with keys, also with a prefix such as a provider: `tavily_search_api_key`. */
const FIELDS =
  '(?:[a-z0-9]{1,30}[_-]){0,6}(?:api[_-]?key|api[_-]?token|secret[_-]?key|secret[_-]?access[_-]?key|access[_-]?token|refresh[_-]?token|' +
  'auth[_-]?token|bearer[_-]?token|session[_-]?token|id[_-]?token|client[_-]?secret|private[_-]?key|app(?:lication)?[_-]?key|password|passwd|passphrase)';

/** Names of headers that are also the names of fields in content. */
const SHARED_NAME = /^api-?key$/i;
const HEADER = new RegExp(`^(?:${HEADERS})$`, 'i');
const FIELD = new RegExp(`^${FIELDS}$`, 'i');
/** Fields that mostly have other values: cursors, words of a model, ids. */
const VAGUE_FIELD = /^(?:token|secret)$/i;
/** Splits `apiKey` into `api_Key`. */
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/g;

const SHORTEST = 8;
const SHORTEST_VAGUE = 20;

/** Authentication scheme before the secret in the value of a header. */
const SCHEME = /^(bearer|basic|token|apikey|api-key|key|digest)\s+/i;

/** The kind of a header that everyone may read: a telling name in its value proves nothing. */
export const PUBLIC_HEADER = 'public header';

/**
 * The kind of secret by the name of its header or field (`header authorization`, `field api_key`);
 * null for others.
 */
export function kindOfName(name: string): string | null {
  if (name.length < 3 || name.length > 160) return null;
  if (HEADER.test(name)) return `header ${name.toLowerCase()}`;
  if (VAGUE_FIELD.test(name) || FIELD.test(name.replace(CAMEL, '_'))) return `field ${name.toLowerCase()}`;
  return isPublicHeader(name) ? PUBLIC_HEADER : null;
}

/**
 * The secret in the value of such a header or field; null when the value is evidently not a secret.
 */
export function matchNamedValue(kind: string, value: string): Hit | null {
  if (value.length < SHORTEST || kind === PUBLIC_HEADER) return null;
  if (kind.startsWith('cookie ')) return matchCookie(kind.slice('cookie '.length), value);
  if (kind.startsWith('URL parameter ')) return matchParameter(kind.slice('URL parameter '.length), value);
  const isHeader = kind.startsWith('header ');
  if (isHeader && kind.endsWith('cookie')) return matchCookies(kind, value);
  const [whole = '', scheme = ''] = (isHeader && SCHEME.exec(value)) || [];
  const start = whole.length;
  const secret = value.slice(start).trimEnd();
  if (secret.length < SHORTEST || isHarmless(scheme, secret)) return null;
  const end = start + secret.length;
  if (isHeader) return { kind, start, end, ...evidenceOf(kind) };
  // A field may contain prose about a key. A key has no spaces, and has letters and digits.
  if (/\s/.test(secret) || !/\d/.test(secret) || !/[A-Za-z]/.test(secret)) return null;
  if (!VAGUE_FIELD.test(kind.slice('field '.length))) return { kind, start, end, evidence: 'NAME' };
  return secret.length >= SHORTEST_VAGUE && looksRandom(secret)
    ? { kind, start, end, evidence: 'WEAK' }
    : null;
}

function evidenceOf(kind: string): Pick<Hit, 'evidence'> {
  const isHeader = kind.startsWith('header ') && !SHARED_NAME.test(kind.slice('header '.length));
  return isHeader ? {} : { evidence: 'NAME' };
}

/** Whether a value is a placeholder, a public key, or a scheme with nothing but a placeholder. */
function isHarmless(scheme: string, secret: string): boolean {
  if (isPlaceholder(secret) || isPublicKey(secret)) return true;
  if (/^basic$/i.test(scheme)) return isPlaceholderBasic(secret);
  const signed = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)/.exec(secret);
  return signed !== null && isPlaceholder(signed[1] as string);
}

/** `user:password` in base64, where the password, or a user without one, is a placeholder. */
function isPlaceholderBasic(secret: string): boolean {
  const pair = /^([\x20-\x7e]*?):([\x20-\x7e]*)$/.exec(Buffer.from(secret, 'base64').toString('latin1'));
  if (pair === null) return false;
  const [, user = '', password = ''] = pair;
  return isPlaceholder(password === '' ? user : password);
}

/** A fast check for texts in which `matchAssignments` and `matchUrls` may find something. */
export const NAME_PREFIXES =
  /(?:authorization|cookie|api[_-]?key|secret|passw(?:or)?d|passphrase|token|private[_-]?key|app(?:lication)?[_-]?key|subscription-key|functions-key)(?:_access_?key|_key|-key|access-?key|key)?[\\"']{0,4}\s{0,4}[:=,]|:\/\/[^\s/?#"'<>@]{1,500}@|[?&;](?:[a-z_-]{0,30}(?:key|token|sig|signature|secret|password|auth|credential))=/i;

const NAMED = `(?<![A-Za-z0-9_-])(${HEADERS}|${FIELDS})`;
const ASSIGNED = new RegExp(
  `${NAMED}[\\\\"']{0,4}\\s{0,4}[:=,]\\s{0,4}[\\\\"']{0,4}(?:(bearer|basic|token|apikey|key)\\s{1,4})?([^\\s"'\\\\,;&<>(){}]{8,})`,
  'gi',
);

/** Secrets that a header or a field of a text is set to. */
export function matchAssignments(text: string): Hit[] {
  const hits: Hit[] = [];
  ASSIGNED.lastIndex = 0;
  for (let match = ASSIGNED.exec(text); match !== null; match = ASSIGNED.exec(text)) {
    const [, name = '', scheme = '', value = ''] = match;
    const kind = kindOfName(name.toLowerCase());
    const end = ASSIGNED.lastIndex;
    const start = end - value.length;
    if (kind === null) continue;
    if (kind.endsWith('cookie') && value.includes('=')) {
      const [cookies = ''] = restOfLine(text, start).split(/["\\]/, 1);
      hits.push(...shifted(matchCookies(kind, cookies), start));
      ASSIGNED.lastIndex = Math.max(end, start + cookies.length);
      continue;
    }
    // In prose and code, the value must also look random: `password: required2` is not a secret.
    if (value.length < 12 || isHarmless(scheme, value) || !looksRandom(value)) continue;
    hits.push({ kind, start, end, ...evidenceOf(kind) });
  }
  return LINE_END.test(text) ? [...hits, ...matchBelow(text)] : hits;
}

/** A name at the end of a line, as YAML has it before a value or a list of values. */
const ABOVE = new RegExp(`${NAMED}[\\\\"']{0,4}:[ \\t]{0,4}(\\r?\\n|\\\\n)`, 'gi');
const LINE_END = /:[ \t]{0,4}(?:\r?\n|\\n)/;
const LONGEST_LINE = 4096;

/** Secrets on the lines below their name, in files and texts that are not parsed. */
function matchBelow(text: string): Hit[] {
  const hits: Hit[] = [];
  ABOVE.lastIndex = 0;
  for (let match = ABOVE.exec(text); match !== null; match = ABOVE.exec(text)) {
    const [, name = '', newline = ''] = match;
    const kind = kindOfName(name.toLowerCase());
    let at = ABOVE.lastIndex;
    for (let isFirst = true; kind !== null; isFirst = false) {
      const line = restOfLine(text, at, newline);
      const [before, dash] = /^[ \t]{0,60}(-[ \t]{1,8})?["']?/.exec(line) ?? ['', undefined];
      const value = line.slice(before.length).replace(/["']?\s*$/, '');
      // Another name starts here.
      if ((!isFirst && dash === undefined) || value === '' || value.endsWith(':')) break;
      const hit = matchNamedValue(kind, value);
      const secret = hit === null ? '' : value.slice(hit.start, hit.end);
      // A list below such a word may also be prose.
      if (/\d/.test(secret) && !/\s/.test(secret)) hits.push(...shifted(hit, at + before.length));
      at += line.length + newline.length;
      ABOVE.lastIndex = at;
    }
  }
  return hits;
}

function restOfLine(text: string, at: number, newline = '\n'): string {
  const line = text.slice(at, at + LONGEST_LINE);
  const end = line.search(newline === '\\n' ? /\\n/ : /[\r\n]/);
  return end < 0 ? line : line.slice(0, end);
}

function shifted(hit: Hit | null, by: number): Hit[] {
  return hit === null ? [] : [{ ...hit, start: hit.start + by, end: hit.end + by }];
}
