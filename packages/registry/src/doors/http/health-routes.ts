import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { refusalOf } from '../../database/migrations/schema-state.js';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import type { App, Services } from '../request/services.js';
import { logDatabaseFailure } from './failure-response.js';

/** Timeout of all checks together, in milliseconds. Load balancers often wait for 5 s. */
const CHECK_TIMEOUT = 3_000;

/** Seconds after which a client can check again. */
const RETRY_AFTER = 2;

/** Adds the routes for monitoring. They need no token and show no data of repositories. */
export function addHealthRoutes(app: App, { connection, log, metrics }: Services): void {
  const check = shared(() => findProblems(connection, log));
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
  app.get('/metrics', async (c) => {
    c.header('content-type', metrics.contentType);
    return c.body(await metrics.text());
  });
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

/** Shares one running check among simultaneous requests, so that checks do not pile up on a slow database. */
function shared<Result>(check: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | null = null;
  return () => {
    running ??= check().finally(() => {
      running = null;
    });
    return running;
  };
}
