import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve as listen, type ServerType } from '@hono/node-server';
import { pino } from 'pino';
import type { DatabaseLocation } from '../../database/connect.js';
import { type Connection, connect } from '../../database/connect.js';
import { withBlockCache } from '../../store/blocks/cached-blocks.js';
import type { ContentPlaces } from '../../store/blocks/open-block-store.js';
import { withBlockStore } from '../../store/blocks/open-block-store.js';
import { makeContentReader } from '../../store/contents/content-reader.js';
import { learnDefaultBranch } from '../../store/default-branch/learn-default-branch.js';
import { makeSnapshotSummaries } from '../../store/snapshots/snapshot-summaries.js';
import { makeMetrics } from '../../telemetry/metrics.js';
import { startTracing } from '../../telemetry/tracing.js';
import { configuredAdmin, storedToken } from '../../trust/access/authenticate.js';
import { issueFirstAdmin } from '../../trust/access/manage-tokens.js';
import { hasRegistryAdmin } from '../../trust/access/token-store.js';
import type { GitHubApp } from '../../trust/github/web-flow.js';
import { githubServerOf } from '../../trust/oidc/github-server.js';
import type { OidcSettings } from '../../trust/oidc/workflow-authenticator.js';
import { workflowAuthenticator } from '../../trust/oidc/workflow-authenticator.js';
import { makeApp } from '../http/app.js';
import { boundConnections } from '../limits/bound-connections.js';
import type { Protection } from '../limits/protection.js';
import { refuseSlowClients, SERVER_OPTIONS } from '../limits/refuse-slow-clients.js';
import { refuseSlowReaders } from '../limits/refuse-slow-readers.js';
import type { Services } from '../request/services.js';
import { keepReadingAgain } from './keep-reading-again.js';
import { UsageError } from './usage-error.js';

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
  /** Null: no traces. The OpenTelemetry exporter reads its other variables itself. */
  traces: { serviceName: string | null } | null;
}

/** How long a shutdown waits for responses in progress, in milliseconds. */
const SHUTDOWN_TIMEOUT = 10_000;

/** How long a start waits for the database, in milliseconds. */
const DATABASE_TIMEOUT = 20_000;

/** How often a shutdown closes idle connections, in milliseconds. */
const SWEEP_INTERVAL = 50;

/** Runs the service until SIGTERM or SIGINT. Prints `listening on URL` when it is ready. */
export async function serve(
  configuration: Configuration,
  options: { host: string; port: number },
): Promise<void> {
  // The log goes to stderr: stdout is for scripts that wait for the address and the admin token.
  const log = pino(
    { redact: ['*.headers', '*.authorization', '*.token'] },
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
  try {
    await connection.migrate();
    const admins = await adminTokens(configuration, connection);
    const server = await start(
      configuration,
      { connection, reader, summaries, log, metrics, tracing },
      admins.configured,
      options,
    );
    const url = addressOf(server, options.host);
    await connection.announce?.(url, admins.local);
    if (admins.first) {
      console.log(`admin token, shown this once: ${admins.first}`);
    }
    // Before it prints that it is ready, because a process that waits for that may stop it at once.
    const stopRequested = stopSignal();
    console.log(`listening on ${url}`);
    const { db, blocks, kind } = connection;
    const onRead = () => summaries.forget();
    const stopReading = keepReadingAgain({ db, blocks, kind, reader }, { log, metrics, onRead });
    await stopRequested;
    log.info('stopping');
    await Promise.all([stop(server), stopReading()]);
  } finally {
    await reader.close();
    await connection.close();
    await tracing?.stop().catch((error: Error) => log.warn(`cannot send traces: ${error.message}`));
  }
}

interface AdminTokens {
  configured: string[];
  /** For commands on this machine that use the embedded database through this process. */
  local: string;
  /** Created at the first start when none is configured. */
  first: string | null;
}

async function adminTokens(configuration: Configuration, { db }: Connection): Promise<AdminTokens> {
  const local = randomBytes(24).toString('hex');
  if (configuration.adminToken !== null) {
    return { configured: [configuration.adminToken, local], local, first: null };
  }
  const first = (await hasRegistryAdmin(db)) ? null : await issueFirstAdmin(db);
  return { configured: [local], local, first };
}

async function start(
  configuration: Configuration,
  services: Pick<Services, 'connection' | 'reader' | 'summaries' | 'log' | 'metrics' | 'tracing'>,
  admins: string[],
  { host, port }: { host: string; port: number },
): Promise<ServerType> {
  let app: ReturnType<typeof makeApp> | undefined;
  return await new Promise<ServerType>((resolve, reject) => {
    const server = listen(
      {
        hostname: host,
        port,
        serverOptions: SERVER_OPTIONS,
        fetch: (request, environment) => app?.fetch(request, environment) ?? notReady(),
      },
      () => {
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
          },
          gitHub,
        );
        resolve(server);
      },
    );
    boundConnections(server as Server, configuration.protection.trustedProxies);
    refuseSlowClients(server as Server);
    refuseSlowReaders(server as Server);
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(`port ${port} of ${host} is in use: select another one with --port`)
          : error,
      );
    });
  });
}

const notReady = () => new Response('starting', { status: 503 });

function addressOf(server: ServerType, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

function stop(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(
      () => 'closeAllConnections' in server && server.closeAllConnections(),
      SHUTDOWN_TIMEOUT,
    );
    // `close` ends only connections that are idle now; keep-alive would hold open those that become
    // idle later.
    const sweep = setInterval(
      () => 'closeIdleConnections' in server && server.closeIdleConnections(),
      SWEEP_INTERVAL,
    );
    server.close(() => {
      clearTimeout(force);
      clearInterval(sweep);
      resolve();
    });
  });
}
