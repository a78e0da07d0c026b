import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { refusalOf } from '../../database/migrations/schema-state.js';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import type { App, Services } from '../request/services.js';
import { logDatabaseFailure } from './failure-answer.js';

/** Milliseconds that the looks may take together; what a load balancer waits for is often 5 s. */
const PATIENCE = 3_000;

/** Seconds after which it is worth another look. */
const RETRY_AFTER = 2;

/** Routes for whoever watches the process; they need no token and show nothing of any repository. */
export function addHealthRoutes(app: App, { connection, log, metrics }: Services): void {
  const look = shared(() => reasonsAgainst(connection, log));
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const reasons = await look();
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

/** Why this process cannot do all of its work now; empty when it can. */
async function reasonsAgainst(
  { schemaState, writeRefusal, blocks }: StoringConnection,
  log: Logger,
): Promise<string[]> {
  const noAnswer = (error: unknown) => {
    const failure = databaseFailureOf(error);
    if (failure) logDatabaseFailure(log, 'readyz', failure, error);
    else log.warn({ err: error }, SILENT_DATABASE);
    return failure?.message ?? SILENT_DATABASE;
  };
  const ofStore = (error: unknown) => {
    log.warn({ err: error }, 'the content store fails');
    return (error as Error).message;
  };
  const found = await Promise.all([
    inTime(schemaState().then(refusalOf), SILENT_DATABASE).catch(noAnswer),
    inTime(writeRefusal(), SILENT_DATABASE).catch(noAnswer),
    inTime(blocks.check(), 'the content store does not answer').catch(ofStore),
  ]);
  return [...new Set(found.filter((reason) => typeof reason === 'string'))];
}

const SILENT_DATABASE = 'the database does not answer';

/** What a look finds; where that takes too long, what it means. */
async function inTime<Found>(look: Promise<Found>, silence: string): Promise<Found | string> {
  const found = new AbortController();
  const late = sleep(PATIENCE, silence, { signal: found.signal });
  late.catch(() => {});
  try {
    return await Promise.race([look, late]);
  } finally {
    found.abort();
  }
}

/** Looks once for all who ask at the same time, so that questions never pile up on a database that is slow. */
function shared<Found>(look: () => Promise<Found>): () => Promise<Found> {
  let running: Promise<Found> | null = null;
  return () => {
    running ??= look().finally(() => {
      running = null;
    });
    return running;
  };
}
