import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const STATUS = {
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const satisfies Record<string, ContentfulStatusCode>;

export type HttpErrorCode = keyof typeof STATUS;

/** An error as all routes but GraphQL answer it. */
export function httpError(c: Context, code: HttpErrorCode, message: string): Response {
  const requestId = c.get('requestId') as string;
  if (code === 'UNAUTHENTICATED') c.header('www-authenticate', 'Bearer');
  return c.json({ error: { code, message, requestId } }, STATUS[code]);
}
