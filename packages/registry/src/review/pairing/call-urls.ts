import { normaliseUrl } from '../../recordings/http/exchange-key.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { maskGenerated } from '../differences/generated-values.js';

/** Minimum likeness of two calls with different URLs: of their requests, or of the URLs where there is no body. */
const LEAST = { request: 0.4, url: 0.5 } as const;

/**
 * How much two calls with different keys look like one call of a test that has another URL now, from 0 to 1; 0 for
 * two calls that have nothing to do with each other.
 *
 * @param requests the similarity of the requests
 */
export function likenessOfCalls(a: Exchange, b: Exchange, requests: number): number {
  if (a.method !== b.method) return 0;
  const urls = urlLikeness(a.url, b.url);
  const hasBody = [a, b].some(({ request }) => request['body'] != null && request['body'] !== '');
  if (!hasBody) return urls >= LEAST.url ? urls : 0;
  return requests >= LEAST.request ? (2 * requests + urls) / 3 : 0;
}

/** The parts of a URL, in words that say the same for every recording. */
export interface CallUrl {
  host: string;
  path: string;
  query: string;
}

/** Splits a URL. Never throws: recordings have placeholders such as `<AWS_REGION>` in host names. */
export function callUrl(url: string): CallUrl {
  const [, host = '', path = '', query = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)([^?]*)\??(.*)$/s.exec(normaliseUrl(url)) ?? [];
  return host === '' ? { host: '', path: url, query: '' } : { host, path, query };
}

/** "POST api.openai.com/v1/chat/completions": without query, and with generated ids as "…". */
export function callName({ method, url }: Pick<Exchange, 'method' | 'url'>): string {
  const { host, path } = callUrl(url);
  return `${method} ${host}${maskGenerated(path)}`.trim();
}

/** Twice the common parts of two URLs divided by all parts. */
function urlLikeness(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  const remaining = [...y];
  const common = x.filter((part) => {
    const index = remaining.indexOf(part);
    if (index >= 0) remaining.splice(index, 1);
    return index >= 0;
  }).length;
  return x.length + y.length === 0 ? 0 : (2 * common) / (x.length + y.length);
}

function partsOf(url: string): string[] {
  const { host, path, query } = callUrl(url);
  return [host, ...path.split(/[/:]/), ...query.split('&')].filter((part) => part !== '').slice(0, 100);
}
