import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { SERVER_OPTIONS } from '../limits/refuse-slow-clients.js';
import { UsageError } from './usage-error.js';

type Fetch = Parameters<typeof serve>[0]['fetch'];

/** Where a server listens, and the names of its options, for messages. */
export interface ListenAddress {
  host: string;
  port: number;
  options: { host: string; port: string };
}

/** Milliseconds that a shutdown waits for responses in progress. */
const SHUTDOWN_TIMEOUT = 10_000;

/** Milliseconds between two sweeps of a shutdown, which close idle connections. */
const SWEEP_INTERVAL = 50;

/**
 * Starts an HTTP server.
 * @param prepare applies limits before the first connection
 * @throws UsageError when the address cannot be used
 */
export function listen(
  { host, port, options }: ListenAddress,
  fetch: Fetch,
  prepare: (server: Server) => void,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ hostname: host, port, serverOptions: SERVER_OPTIONS, fetch }, () =>
      resolve(server),
    );
    prepare(server as Server);
    server.once('error', (error: NodeJS.ErrnoException) => {
      const problem = problemOf(error.code, host, port, options);
      reject(problem === null ? error : new UsageError(problem));
    });
  });
}

function problemOf(
  code: string | undefined,
  host: string,
  port: number,
  options: ListenAddress['options'],
): string | null {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use: select another one with ${options.port}`;
    case 'EACCES':
    case 'EPERM':
      return `this user may not listen on port ${port} of ${host}: select a port above 1023 with ${options.port}`;
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return `this machine has no address ${host}: select one of its own with ${options.host}, or 0.0.0.0 for all`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} has no address: select another host with ${options.host}, or 0.0.0.0 for all`;
    default:
      return null;
  }
}

/** The address of a server. With port 0, the operating system chose the port. */
export function addressOf(server: ServerType, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Stops a server after the responses in progress. */
export function stopListening(server: ServerType): Promise<void> {
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
