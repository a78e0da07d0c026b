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
import { makeMetrics } from '../../telemetry/metrics.js';
import { startTracing } from '../../telemetry/tracing.js';
import { configuredAdmin, storedToken } from '../../trust/access/authenticate.js';
import { issueFirstAdmin } from '../../trust/access/manage-tokens.js';
import { hasRegistryAdmin } from '../../trust/access/token-store.js';
import type { OidcSettings } from '../../trust/oidc/workflow-authenticator.js';
import { workflowAuthenticator } from '../../trust/oidc/workflow-authenticator.js';
import { makeApp } from '../http/app.js';
import { boundConnections } from '../limits/bound-connections.js';
import type { Protection } from '../limits/protection.js';
import { refuseSlowClients, SERVER_OPTIONS } from '../limits/refuse-slow-clients.js';
import { refuseSlowTakers } from '../limits/refuse-slow-takers.js';
import type { Services } from '../request/services.js';
import { UsageError } from './usage-error.js';

/** What the environment says; see the table in the README. */
export interface Configuration {
  database: DatabaseLocation;
  content: ContentPlaces;
  /** Null: the address that the server listens on. Without a slash at its end. */
  publicUrl: string | null;
  adminToken: string | null;
  /** Whose workflows are known by their OIDC tokens; an audience of null is the public URL. */
  oidc: Omit<OidcSettings, 'audience'> & { audience: string | null };
  protection: Protection;
  /** Where OpenTelemetry's exporter sends traces it reads itself; null: none are made. */
  traces: { serviceName: string | null } | null;
}

/** How long a stop waits for answers that are on their way, in milliseconds. */
const GRACE = 10_000;

/** How long a start waits for a database that does not answer yet, in milliseconds. */
const PATIENCE = 20_000;

/** How often a stop looks for connections that have nothing to do any more, in milliseconds. */
const SWEEP = 50;

/** Runs the service until SIGTERM or SIGINT. Prints `listening on URL` when it is ready. */
export async function serve(
  configuration: Configuration,
  options: { host: string; port: number },
): Promise<void> {
  // stdout belongs to what a person or a script waits for.
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
    PATIENCE,
  );
  const keeping = await withBlockStore(database, configuration.content, (line, err) =>
    log.warn({ err }, line),
  );
  const connection = withBlockCache(keeping, metrics.readBlock);
  const reader = makeContentReader();
  try {
    await connection.migrate();
    const admins = await adminTokens(configuration, connection);
    const server = await start(
      configuration,
      { connection, reader, log, metrics, tracing },
      admins.configured,
      options,
    );
    const url = addressOf(server, options.host);
    await connection.announce?.(url, admins.local);
    if (admins.first) {
      console.log(`admin token, shown this once: ${admins.first}`);
    }
    console.log(`listening on ${url}`);
    await stopSignal();
    log.info('stopping');
    await stop(server);
  } finally {
    await reader.close();
    await connection.close();
    await tracing?.stop().catch((error: Error) => log.warn(`traces were not sent: ${error.message}`));
  }
}

interface AdminTokens {
  configured: string[];
  /** For commands on this machine that reach the embedded database through this process. */
  local: string;
  /** Made at the first start, when none was configured. */
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
  services: Pick<Services, 'connection' | 'reader' | 'log' | 'metrics' | 'tracing'>,
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
        // The port may have been chosen just now, and links need it.
        const publicUrl = configuration.publicUrl ?? addressOf(server, host);
        const { db } = services.connection;
        const { audience, ...oidc } = configuration.oidc;
        app = makeApp({
          ...services,
          authenticators: [
            configuredAdmin(admins),
            storedToken(db),
            workflowAuthenticator(db, { ...oidc, audience: audience ?? publicUrl }, (...learnt) =>
              learnDefaultBranch(db, ...learnt),
            ),
          ],
          protection: configuration.protection,
          publicUrl,
        });
        resolve(server);
      },
    );
    boundConnections(server as Server, configuration.protection.trustedProxies);
    refuseSlowClients(server as Server);
    refuseSlowTakers(server as Server);
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(`port ${port} of ${host} is in use: choose another one with --port`)
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
    const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), GRACE);
    // A connection whose last answer went out after the close stays open for its client's next question.
    const sweep = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), SWEEP);
    server.close(() => {
      clearTimeout(force);
      clearInterval(sweep);
      resolve();
    });
  });
}
