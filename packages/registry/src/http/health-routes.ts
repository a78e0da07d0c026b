import { httpError } from './http-error.js';
import type { App, Services } from './services.js';

/** Routes for whoever watches the process; they need no token and show nothing of any repository. */
export function addHealthRoutes(app: App, { connection, log, metrics }: Services): void {
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    try {
      if (!(await connection.isMigrated())) {
        return httpError(c, 'UNAVAILABLE', 'the database lacks migrations: run fixture-registry migrate');
      }
      const refusal = connection.refusal?.();
      if (refusal) return httpError(c, 'UNAVAILABLE', refusal);
    } catch (error) {
      log.warn({ err: error }, 'the database does not answer');
      return httpError(c, 'UNAVAILABLE', 'the database does not answer');
    }
    try {
      await connection.blocks.check();
    } catch (error) {
      log.warn({ err: error }, 'the content store fails');
      return httpError(c, 'UNAVAILABLE', (error as Error).message);
    }
    const content = connection.blocks.location === null ? {} : { content: 's3' };
    return c.json({ ready: true, database: connection.kind, ...content });
  });
  app.get('/metrics', async (c) => {
    c.header('content-type', metrics.contentType);
    return c.body(await metrics.text());
  });
}
