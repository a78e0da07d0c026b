import type { Context } from 'hono';
import type { Logger } from 'pino';
import { type DatabaseFailure, databaseFailureOf } from '../../database/statements/database-failure.js';
import { isCallerLeft } from '../../database/statements/leaving-caller.js';
import { BlockStoreError } from '../../store/blocks/block-store-error.js';
import { PAUSE, TooManyWaiting } from '../limits/fair-turns.js';
import { unavailablePage } from '../pages/layout/unavailable-page.js';
import { httpError, storeFailure, tooManyRequests, unavailable } from '../request/http-error.js';
import type { AppEnvironment } from '../request/services.js';

type RouteContext = Context<AppEnvironment>;

/** The response to an unexpected failure. The details are only in the log. */
export function failureResponse(c: RouteContext, error: unknown, log: Logger): Response | Promise<Response> {
  const requestId = c.get('requestId');
  if (error instanceof BlockStoreError) {
    log.error({ requestId, err: error }, 'the content store fails');
    return storeFailure(c, error);
  }
  const failure = databaseFailureOf(error);
  if (failure) {
    logDatabaseFailure(log, requestId, failure, error);
    return databaseFailureResponse(c, failure);
  }
  if (error instanceof TooManyWaiting) return tooManyRequests(c, PAUSE);
  // The client has disconnected, so nobody reads this response.
  if (isCallerLeft(error)) return httpError(c, 'INVALID', 'the client disconnected');
  log.error({ requestId, err: error }, 'unexpected error');
  return httpError(c, 'INTERNAL', `Unexpected error. Request id ${requestId}`);
}

/** Logs a database failure on one line, without the statement: an outage causes thousands. */
export function logDatabaseFailure(
  log: Logger,
  requestId: string,
  { fault, message }: DatabaseFailure,
  error: unknown,
): void {
  let cause = error as Error;
  while (cause.cause instanceof Error) cause = cause.cause;
  const { code } = cause as { code?: unknown };
  log.warn({ requestId, fault, code, cause: cause.message }, message);
}

/**
 * The response while the database is unavailable: GraphQL errors, JSON or a page, depending on the
 * request.
 */
export function databaseFailureResponse(
  c: RouteContext,
  { message, retryAfter }: Omit<DatabaseFailure, 'fault'>,
): Response | Promise<Response> {
  const requestId = c.get('requestId');
  if (c.req.path === '/graphql') {
    c.set('problem', message);
    c.header('retry-after', String(retryAfter));
    const error = { message, extensions: { code: 'UNAVAILABLE', requestId } };
    return c.json({ errors: [error] }, 503);
  }
  if (!c.req.header('accept')?.includes('text/html')) return unavailable(c, message, retryAfter);
  c.set('problem', message);
  c.header('retry-after', String(retryAfter));
  c.header('cache-control', 'no-store');
  return c.html(unavailablePage(message, requestId), 503);
}
