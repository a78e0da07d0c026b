import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { authenticate } from '../access/authenticate.js';
import { makeDriftReports } from '../drift/drift-reports.js';
import { addPages } from '../pages/add-pages.js';
import { addContentRoutes } from './content-routes.js';
import { discardBody } from './discard-body.js';
import { addGraphqlRoute } from './graphql-route.js';
import { addHealthRoutes } from './health-routes.js';
import { httpError } from './http-error.js';
import { makeMetrics } from './metrics.js';
import { runWithRequest } from './request-context.js';
import type { App, AppEnvironment, Services } from './services.js';

/** Bytes of a GraphQL request: a push may name 200,000 paths. */
const GRAPHQL_BYTES = 64 * 1024 * 1024;

/** Puts all routes together behind logging, request ids and authentication. */
export function makeApp(services: Omit<Services, 'reports'>): App {
  const all: Services = { ...services, reports: makeDriftReports(services.connection) };
  const app: App = new Hono<AppEnvironment>();
  const metrics = makeMetrics();

  app.use(async (c, next) => {
    const requestId = randomUUID();
    const log = services.log.child({ requestId });
    const started = performance.now();
    c.set('requestId', requestId);
    await runWithRequest({ requestId, log }, next);
    c.res.headers.set('x-request-id', requestId);
    const { method, path } = c.req;
    if (c.res.status >= 400 && method !== 'GET' && !(await discardBody(c.req.raw))) {
      c.res.headers.set('connection', 'close');
    }
    const milliseconds = Math.round(performance.now() - started);
    metrics.observe(method, c.req.routePath, c.res.status, milliseconds / 1_000);
    // The path alone: a query string may carry what nobody should read.
    log.info({ method, path, status: c.res.status, milliseconds, who: c.get('identity')?.who }, 'request');
  });
  app.onError((error, c) => {
    services.log.error({ requestId: c.get('requestId'), err: error }, 'unexpected error');
    return httpError(c, 'INTERNAL', `Unexpected error. Request id ${c.get('requestId')}`);
  });
  app.notFound((c) => httpError(c, 'NOT_FOUND', `there is nothing at ${c.req.path}`));

  addHealthRoutes(app, all, metrics);

  app.use(async (c, next) => {
    const identity = await authenticate(c.req.header('authorization'), services.authenticators);
    if (!identity) {
      return httpError(
        c,
        'UNAUTHENTICATED',
        'the token is not valid: it may be mistyped, expired or revoked',
      );
    }
    c.set('identity', identity);
    return next();
  });
  app.use(
    '/graphql',
    bodyLimit({
      maxSize: GRAPHQL_BYTES,
      onError: (c) => httpError(c, 'TOO_LARGE', `a GraphQL request may have ${GRAPHQL_BYTES} bytes`),
    }),
  );
  addGraphqlRoute(app, all);
  addContentRoutes(app, all);
  addPages(app, all);
  return app;
}
