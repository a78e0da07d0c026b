import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { BlockStoreError } from '../../store/blocks/block-store-error.js';

const STATUS = {
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  GONE: 410,
  TOO_LARGE: 413,
  UNSUPPORTED: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const satisfies Record<string, ContentfulStatusCode>;

export type HttpErrorCode = keyof typeof STATUS;

/** An error response of all routes except GraphQL. */
export function httpError(c: Context, code: HttpErrorCode, message: string): Response {
  const requestId = c.get('requestId') as string;
  c.set('problem', message);
  if (code === 'UNAUTHENTICATED') c.header('www-authenticate', 'Bearer');
  return c.json({ error: { code, message, requestId } }, STATUS[code]);
}

/** The response to a caller above its rate limit. @param wait seconds until a retry can succeed */
export function tooManyRequests(c: Context, wait: number): Response {
  c.header('retry-after', String(wait));
  return httpError(c, 'RATE_LIMITED', `too many requests: try again in ${wait} seconds`);
}

/** The response while the database or the content store is unavailable. @param retryAfter seconds */
export function unavailable(c: Context, message: string, retryAfter: number): Response {
  c.header('retry-after', String(retryAfter));
  return httpError(c, 'UNAVAILABLE', message);
}

/** Seconds after which a request to a failed content store can be retried. */
export const STORE_PAUSE = 3;

/**
 * The response to a failure of the content store: 503 when a retry can succeed, 500 when an
 * operator must act.
 */
export function storeFailure(c: Context, { message, passing }: BlockStoreError): Response {
  if (!passing) return httpError(c, 'INTERNAL', message);
  return unavailable(c, message, STORE_PAUSE);
}
