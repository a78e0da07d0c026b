import type { Exchange } from '../../vocabulary/recording.js';
import { callUrl } from './call-urls.js';
import { compareUrls } from './compare-urls.js';

/** Minimum likeness of two calls of different services: of their requests, or of the URLs where a body is missing. */
const LEAST = { request: 0.4, url: 0.5 } as const;
/** The least score of two calls of one API, whatever they request. */
const SAME_API = 0.3;

/**
 * How much two calls with different keys look like one call of a test that has another URL now, from 0 to 1; 0 for
 * two calls that have nothing to do with each other.
 *
 * @param requests the similarity of the requests
 */
export function likenessOfCalls(a: Exchange, b: Exchange, requests: number): number {
  if (a.method !== b.method) return 0;
  // Another model, region or version of the same API.
  if (compareUrls(a, b)?.level !== 'BEHAVIOUR') return SAME_API + (1 - SAME_API) * requests;
  const urls = urlLikeness(a.url, b.url);
  const lacksBody = [a, b].some(({ request }) => (request['body'] ?? '') === '');
  if (lacksBody) return urls >= LEAST.url ? urls * 0.9 : 0;
  return requests >= LEAST.request ? (2 * requests + urls) / 3 : 0;
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
