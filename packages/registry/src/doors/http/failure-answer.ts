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

/** The answer to a request in which something failed that no route expects. The log has all that is known of it. */
export function failureAnswer(c: RouteContext, error: unknown, log: Logger): Response | Promise<Response> {
  const requestId = c.get('requestId');
  if (error instanceof BlockStoreError) {
    log.error({ requestId, err: error }, 'the content store fails');
    return storeFailure(c, error);
  }
  const failure = databaseFailureOf(error);
  if (failure) {
    logDatabaseFailure(log, requestId, failure, error);
    return databaseFailureAnswer(c, failure);
  }
  if (error instanceof TooManyWaiting) return tooManyRequests(c, PAUSE);
  // Nobody reads this answer.
  if (isCallerLeft(error)) return httpError(c, 'INVALID', 'the caller left');
  log.error({ requestId, err: error }, 'unexpected error');
  return httpError(c, 'INTERNAL', `Unexpected error. Request id ${requestId}`);
}

/** Logs a failure of the database without its statement: there may be thousands in an outage. */
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

/** The answer where the database cannot be used, in the form that the request's route has. */
export function databaseFailureAnswer(
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
