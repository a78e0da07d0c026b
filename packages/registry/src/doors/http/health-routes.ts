import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { refusalOf } from '../../database/migrations/schema-state.js';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import { shareRunning } from '../../vocabulary/share-running.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { logDatabaseFailure } from './failure-response.js';
import { addMetricsRoute } from './metrics-route.js';

/** Timeout of all checks together, in milliseconds. Load balancers often wait for 5 s. */
const CHECK_TIMEOUT = 3_000;

/** Seconds after which a client can check again. */
const RETRY_AFTER = 2;

/** The paths that load balancers and monitoring request every few seconds. */
export const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** Adds the routes for monitoring, which show no data of repositories. Only `/metrics` may require a token. */
export function addHealthRoutes(app: App, { connection, log, metrics, openMetrics }: Services): void {
  const check = shareRunning(() => findProblems(connection, log));
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const reasons = await check();
    const [message] = reasons;
    if (message !== undefined) {
      c.header('retry-after', String(RETRY_AFTER));
      c.set('problem', message);
      const error = { code: 'UNAVAILABLE', message: reasons.join('; '), requestId: c.get('requestId') };
      return c.json({ ready: false, reasons, error }, 503);
    }
    const content = connection.blocks.location === null ? {} : { content: 's3' };
    return c.json({ ready: true, database: connection.kind, ...content });
  });
  if (openMetrics) addMetricsRoute(app, metrics, openMetrics.token);
  else app.get('/metrics', (c) => httpError(c, 'NOT_FOUND', `there is nothing at ${c.req.path}`));
}

/** Why this process cannot serve all requests; empty when it can. */
async function findProblems(
  { schemaState, writeRefusal, blocks }: StoringConnection,
  log: Logger,
): Promise<string[]> {
  const databaseProblem = (error: unknown) => {
    const failure = databaseFailureOf(error);
    if (failure) logDatabaseFailure(log, 'readyz', failure, error);
    else log.warn({ err: error }, DATABASE_TIMEOUT);
    return failure?.message ?? DATABASE_TIMEOUT;
  };
  const storeProblem = (error: unknown) => {
    log.warn({ err: error }, 'the content store fails');
    return (error as Error).message;
  };
  const found = await Promise.all([
    withTimeout(schemaState().then(refusalOf), DATABASE_TIMEOUT).catch(databaseProblem),
    withTimeout(writeRefusal(), DATABASE_TIMEOUT).catch(databaseProblem),
    withTimeout(blocks.check(), 'the content store does not answer').catch(storeProblem),
  ]);
  return [...new Set(found.filter((reason) => typeof reason === 'string'))];
}

const DATABASE_TIMEOUT = 'the database does not answer';

/** The result of a check, or `problem` when it takes too long. */
async function withTimeout<Result>(check: Promise<Result>, problem: string): Promise<Result | string> {
  const done = new AbortController();
  const timeout = sleep(CHECK_TIMEOUT, problem, { signal: done.signal });
  timeout.catch(() => {});
  try {
    return await Promise.race([check, timeout]);
  } finally {
    done.abort();
  }
}
