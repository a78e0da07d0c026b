import { timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Metrics } from '../../telemetry/metrics.js';
import { hashToken } from '../../vocabulary/token.js';
import { httpError } from '../request/http-error.js';
import type { App, AppEnvironment } from '../request/services.js';

/** Adds `GET /metrics`. @param token the bearer token that it requires; null: none */
export function addMetricsRoute(app: App, metrics: Metrics, token: string | null): void {
  const expected = token === null ? null : hashToken(token);
  app.get('/metrics', async (c) => {
    if (expected !== null && !isBearer(c.req.header('authorization'), expected)) {
      return httpError(
        c,
        'UNAUTHENTICATED',
        'send the token of FIXTURE_REGISTRY_METRICS_TOKEN as a bearer token',
      );
    }
    c.header('content-type', metrics.contentType);
    c.header('cache-control', 'no-store');
    return c.body(await metrics.text());
  });
}

/** Makes the application of `FIXTURE_REGISTRY_METRICS_PORT`, which has no other route. */
export function makeMetricsApp(metrics: Metrics, token: string | null): App {
  const app: App = new Hono<AppEnvironment>();
  app.notFound((c) => httpError(c, 'NOT_FOUND', 'only /metrics is at this port'));
  addMetricsRoute(app, metrics, token);
  return app;
}

function isBearer(header: string | undefined, expected: Buffer): boolean {
  const token = /^Bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1];
  return token !== undefined && timingSafeEqual(hashToken(token), expected);
}
