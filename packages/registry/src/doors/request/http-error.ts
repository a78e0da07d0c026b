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

/** An error as all routes but GraphQL answer it. */
export function httpError(c: Context, code: HttpErrorCode, message: string): Response {
  const requestId = c.get('requestId') as string;
  c.set('problem', message);
  if (code === 'UNAUTHENTICATED') c.header('www-authenticate', 'Bearer');
  return c.json({ error: { code, message, requestId } }, STATUS[code]);
}

/** The answer to somebody who asks too much. @param wait seconds until it is worth another try */
export function tooManyRequests(c: Context, wait: number): Response {
  c.header('retry-after', String(wait));
  return httpError(c, 'RATE_LIMITED', `too many requests: try again in ${wait} seconds`);
}

/** The answer while something that the registry needs is away. @param retryAfter seconds */
export function unavailable(c: Context, message: string, retryAfter: number): Response {
  c.header('retry-after', String(retryAfter));
  return httpError(c, 'UNAVAILABLE', message);
}

/** Seconds after which a store of contents that failed is worth another try. */
export const STORE_PAUSE = 3;

/** The answer where the store of contents cannot do what it takes: once more in a moment, or not before somebody repairs it. */
export function storeFailure(c: Context, { message, passing }: BlockStoreError): Response {
  if (!passing) return httpError(c, 'INTERNAL', message);
  return unavailable(c, message, STORE_PAUSE);
}
