import { randomBytes } from 'node:crypto';
import type { ServerType } from '@hono/node-server';
import { pino } from 'pino';
import type { DatabaseLocation } from '../../database/connect.js';
import { connect } from '../../database/connect.js';
import { withBlockCache } from '../../store/blocks/cached-blocks.js';
import type { ContentPlaces } from '../../store/blocks/open-block-store.js';
import { withBlockStore } from '../../store/blocks/open-block-store.js';
import { makeContentReader } from '../../store/contents/content-reader.js';
import { learnDefaultBranch } from '../../store/default-branch/learn-default-branch.js';
import { makeSnapshotSummaries } from '../../store/snapshots/snapshot-summaries.js';
import { makeUseFolder } from '../../store/uses/use-folder.js';
import { type Metrics, makeMetrics } from '../../telemetry/metrics.js';
import { startTracing } from '../../telemetry/tracing.js';
import { configuredAdmin, storedToken } from '../../trust/access/authenticate.js';
import { issueFirstAdmin } from '../../trust/access/manage-tokens.js';
import { hasRegistryAdmin } from '../../trust/access/token-store.js';
import type { GitHubApp } from '../../trust/github/web-flow.js';
import { githubServerOf } from '../../trust/oidc/github-server.js';
import type { OidcSettings } from '../../trust/oidc/workflow-authenticator.js';
import { workflowAuthenticator } from '../../trust/oidc/workflow-authenticator.js';
import { makeApp } from '../http/app.js';
import { makeMetricsApp } from '../http/metrics-route.js';
import { boundConnections } from '../limits/bound-connections.js';
import type { Protection } from '../limits/protection.js';
import { refuseSlowClients } from '../limits/refuse-slow-clients.js';
import { refuseSlowReaders } from '../limits/refuse-slow-readers.js';
import type { Services } from '../request/services.js';
import { keepReadingAgain } from './keep-reading-again.js';
import { keepUp } from './keep-up.js';
import { addressOf, listen, stopListening } from './listen.js';
import type { LogLevel } from './log-level.js';

/** Where `/metrics` is, and the bearer token that it requires. */
export interface MetricsAccess {
  token: string | null;
  /** Null: the port of the service. */
  port: number | null;
  /** Null: the host of the service. */
  host: string | null;
}

/** The configuration from environment variables. */
export interface Configuration {
  database: DatabaseLocation;
  content: ContentPlaces;
  /** Without a trailing slash. Null: the address that the server listens on. */
  publicUrl: string | null;
  adminToken: string | null;
  /** Which OIDC tokens of workflows are accepted. An audience of null is the public URL. */
  oidc: Omit<OidcSettings, 'audience'> & { audience: string | null };
  /** The app for sign-in with GitHub; null when it is off. */
  signIn: GitHubApp | null;
  protection: Protection;
  metrics: MetricsAccess;
  logLevel: LogLevel;
  /** Seconds between two rounds of upkeep; null: this process does none. */
  upkeep: number | null;
  /** Null: no traces. The OpenTelemetry exporter reads its other variables itself. */
  traces: { serviceName: string | null } | null;
}

/** Maximum number of open connections to the port of the metrics. */
const METRICS_CONNECTIONS = 50;

/** How long a start waits for the database, in milliseconds. */
const DATABASE_TIMEOUT = 20_000;

/** Runs the service until SIGTERM or SIGINT. Prints `listening on URL` when it is ready. */
export async function serve(
  configuration: Configuration,
  options: { host: string; port: number },
): Promise<void> {
  // The log goes to stderr: stdout is for scripts that wait for the address and the admin token.
  const log = pino(
    { level: configuration.logLevel, redact: ['*.headers', '*.authorization', '*.token'] },
    pino.destination({ fd: 2, sync: false }),
  );
  const tracing = configuration.traces ? await startTracing(configuration.traces.serviceName) : null;
  const metrics = makeMetrics(() => connection.state());
  const database = await connect(
    configuration.database,
    (line) => log.info(line),
    (query) => {
      metrics.queried();
      tracing?.queried(query);
    },
    DATABASE_TIMEOUT,
  );
  const keeping = await withBlockStore(database, configuration.content, (line, err) =>
    log.warn({ err }, line),
  );
  const connection = withBlockCache(keeping, metrics.readBlock);
  const reader = makeContentReader();
  const summaries = makeSnapshotSummaries(connection.db);
  const uses = makeUseFolder(connection.db, (err) =>
    log.warn({ err }, 'a report of used recordings waits to be processed'),
  );
  const servers: ServerType[] = [];
  try {
    await connection.migrate();
    const metricsServer = await startMetrics(configuration.metrics, metrics, options.host);
    if (metricsServer) servers.push(metricsServer.server);
    /** For commands on this machine that use the embedded database through this process. */
    const local = randomBytes(24).toString('hex');
    const { adminToken } = configuration;
    const server = await start(
      configuration,
      { connection, reader, summaries, uses, log, metrics, tracing },
      adminToken === null ? [local] : [adminToken, local],
      options,
    );
    servers.push(server);
    const url = addressOf(server, options.host);
    await connection.announce?.(url, local);
    // After the server listens: a token that is created but never printed is lost.
    if (adminToken === null && !(await hasRegistryAdmin(connection.db))) {
      console.log(`admin token, shown this once: ${await issueFirstAdmin(connection.db)}`);
    }
    if (metricsServer) console.log(`metrics at ${metricsServer.url}`);
    // Before it prints that it is ready, because a process that waits for that may stop it at once.
    const stopRequested = stopSignal();
    console.log(`listening on ${url}`);
    const { db, blocks, kind } = connection;
    const onRead = () => summaries.forget();
    const stopReading = keepReadingAgain({ db, blocks, kind, reader }, { log, metrics, onRead });
    uses.start();
    const stopUpkeep = keepUp({ db, blocks }, { log, metrics, interval: configuration.upkeep });
    await stopRequested;
    log.info('stopping');
    await Promise.all([...servers.map(stopListening), stopReading(), stopUpkeep()]);
  } finally {
    await Promise.all(servers.map((each) => each.listening && stopListening(each)));
    await uses.stop();
    await reader.close();
    await connection.close();
    await tracing?.stop().catch((error: Error) => log.warn(`cannot send traces: ${error.message}`));
  }
}

async function start(
  configuration: Configuration,
  services: Pick<Services, 'connection' | 'reader' | 'summaries' | 'uses' | 'log' | 'metrics' | 'tracing'>,
  admins: string[],
  { host, port }: { host: string; port: number },
): Promise<ServerType> {
  let app: ReturnType<typeof makeApp> | undefined;
  const server = await listen(
    { host, port, options: { host: '--host', port: '--port' } },
    (request, environment) => app?.fetch(request, environment) ?? notReady(),
    (prepared) => {
      boundConnections(prepared, configuration.protection.trustedProxies);
      refuseSlowClients(prepared);
      refuseSlowReaders(prepared);
    },
  );
  // With port 0 the address is known only now, and links contain it.
  const publicUrl = configuration.publicUrl ?? addressOf(server, host);
  const { db } = services.connection;
  const { audience, ...oidc } = configuration.oidc;
  const gitHub = { app: configuration.signIn, allowed: oidc.allow };
  app = makeApp(
    {
      ...services,
      authenticators: [
        configuredAdmin(admins),
        storedToken(db),
        workflowAuthenticator(db, { ...oidc, audience: audience ?? publicUrl }, (...learned) =>
          learnDefaultBranch(db, ...learned),
        ),
      ],
      protection: configuration.protection,
      publicUrl,
      githubUrl: githubServerOf(oidc.issuer),
      openMetrics: configuration.metrics.port === null ? { token: configuration.metrics.token } : null,
    },
    gitHub,
  );
  return server;
}

/** Starts the server for `/metrics` alone. Null when the configuration has no port for it. */
async function startMetrics(
  { port, token, ...access }: Configuration['metrics'],
  metrics: Metrics,
  serviceHost: string,
): Promise<{ server: ServerType; url: string } | null> {
  if (port === null) return null;
  const host = access.host ?? serviceHost;
  const options = { host: 'FIXTURE_REGISTRY_METRICS_HOST', port: 'FIXTURE_REGISTRY_METRICS_PORT' };
  const server = await listen({ host, port, options }, makeMetricsApp(metrics, token).fetch, (prepared) => {
    prepared.maxConnections = METRICS_CONNECTIONS;
    refuseSlowClients(prepared);
    refuseSlowReaders(prepared);
  });
  return { server, url: `${addressOf(server, host)}/metrics` };
}

const notReady = () => new Response('starting', { status: 503 });

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
