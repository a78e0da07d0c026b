import { randomUUID } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { makeDriftReports } from '../../review/drift/drift-reports.js';
import { makeBranchActivity } from '../../review/verdicts/branch-activity.js';
import { makeVerdicts } from '../../review/verdicts/record-verdict.js';
import { makeRecorders } from '../../store/recorder/find-recorder.js';
import { makeUnusedCounts } from '../../store/uses/unused-counts.js';
import { makeGitHubSignIn } from '../../trust/github/sign-in.js';
import type { GitHubApp } from '../../trust/github/web-flow.js';
import { ByteBudget } from '../limits/byte-budget.js';
import { clientAddress } from '../limits/client-address.js';
import { countBytes } from '../limits/count-bytes.js';
import { discardBody } from '../limits/discard-body.js';
import { FairBytes } from '../limits/fair-bytes.js';
import { FairTurns } from '../limits/fair-turns.js';
import { boundGitHubRequests } from '../limits/github-requests.js';
import { makeRateLimits } from '../limits/rate-limits.js';
import { addPages } from '../pages/add-pages.js';
import { admitByHeader } from '../request/admit.js';
import { admitGraphql } from '../request/admit-graphql.js';
import { httpError } from '../request/http-error.js';
import { refuseUnstorableAddress } from '../request/refuse-unstorable-address.js';
import type { App, AppEnvironment, Services } from '../request/services.js';
import { addArchiveRoute } from './archive-route.js';
import { addDownloadRoute } from './download-route.js';
import { DOWNLOADS, LARGE_CONTENTS } from './download-turn.js';
import { failureResponse } from './failure-response.js';
import { addGcRoute } from './gc-route.js';
import { addGraphiqlPage } from './graphiql-page.js';
import { addGraphqlRoute } from './graphql-route.js';
import { addHealthRoutes, PROBES } from './health-routes.js';
import { addRedactRoute } from './redact-route.js';
import { refuseOldBuild } from './refuse-old-build.js';
import { securityHeaders } from './security-headers.js';
import { addUploadRoute } from './upload-route.js';

/**
 * Limits for look-ups of credentials from addresses with many invalid ones. The queue is bounded by
 * the connections.
 */
const AUTHENTICATIONS = { atOnce: 2, perCaller: 1, waiting: Number.POSITIVE_INFINITY };

const MIB = 1024 * 1024;

/** Maximum bytes of JSON requests in memory. A push of 200,000 paths has 35 MB. */
const BODY_BYTES = { all: 512 * MIB, perCaller: 96 * MIB };

/** The services that `makeApp` makes itself. */
type Made =
  | 'reports'
  | 'verdicts'
  | 'activity'
  | 'unused'
  | 'recorders'
  | 'limits'
  | 'authentications'
  | 'downloads'
  | 'largeContents'
  | 'bodies'
  | 'signIn';

/** Makes the HTTP application: all routes, behind logging, request ids and authentication. */
export function makeApp(
  services: Omit<Services, Made>,
  gitHub: { app: GitHubApp | null; allowed: string[] },
): App {
  const { protection, publicUrl, metrics, tracing, log } = services;
  const { db } = services.connection;
  const all: Services = {
    ...services,
    signIn:
      gitHub.app &&
      makeGitHubSignIn(db, gitHub.app, { publicUrl, allowed: gitHub.allowed }, boundGitHubRequests()),
    reports: makeDriftReports(services.connection, metrics.reported, services.reader),
    verdicts: makeVerdicts(db, (err) => log.warn({ err }, 'a verdict was not stored')),
    activity: makeBranchActivity(db),
    unused: makeUnusedCounts(db),
    recorders: makeRecorders(),
    limits: makeRateLimits(protection.requestsPerMinute),
    authentications: new FairTurns(AUTHENTICATIONS),
    downloads: new FairTurns(DOWNLOADS),
    largeContents: new FairBytes(LARGE_CONTENTS),
    bodies: new ByteBudget(BODY_BYTES),
  };
  const app: App = new Hono<AppEnvironment>();

  if (tracing) app.use(tracing.middleware);
  app.use(async (c, next) => {
    const requestId = randomUUID();
    const started = performance.now();
    c.set('requestId', requestId);
    countBytes(c, metrics);
    const { remote } = getConnInfo(c);
    c.set(
      'address',
      clientAddress(remote.address, c.req.header('x-forwarded-for'), protection.trustedProxies),
    );
    await next();
    c.res.headers.set('x-request-id', requestId);
    const { method, path } = c.req;
    if (c.res.status >= 400 && method !== 'GET' && !(await discardBody(c.req.raw))) {
      c.res.headers.set('connection', 'close');
    }
    const milliseconds = Math.round(performance.now() - started);
    metrics.requested(method, c.req.routePath, c.res.status, milliseconds / 1_000);
    // The path without the query string, which can contain secrets.
    log[PROBES.has(path) && c.res.status < 400 ? 'debug' : 'info'](
      {
        requestId,
        method,
        path,
        status: c.res.status,
        milliseconds,
        who: c.get('identity')?.who,
        address: c.get('address'),
      },
      'request',
    );
  });
  app.use(securityHeaders(publicUrl));
  app.onError((error, c) => failureResponse(c, error, log));
  app.notFound((c) => httpError(c, 'NOT_FOUND', `there is nothing at ${c.req.path}`));

  app.use(refuseUnstorableAddress);
  addHealthRoutes(app, all);
  app.use(refuseOldBuild(services.connection));

  // Pages come first: of the other routes only GraphQL accepts the session cookie, for requests of a page.
  addGraphiqlPage(app, all);
  addPages(app, all);
  app.use('/graphql', admitGraphql(all));
  addGraphqlRoute(app, all);
  app.use(admitByHeader(all));
  addDownloadRoute(app, all);
  addUploadRoute(app, all);
  addArchiveRoute(app, all);
  addRedactRoute(app, all);
  addGcRoute(app, all);
  return app;
}
