import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';

/** Timeout for the headers of a request, in milliseconds. */
const HEADERS_TIMEOUT = 10_000;

/** Timeout for a whole request, in milliseconds: 256 MiB at 7 Mbit/s. */
const REQUEST_TIMEOUT = 300_000;

/** Timeout for a client that neither sends nor receives, in milliseconds. */
const IDLE_TIMEOUT = 20_000;

/** Milliseconds between two checks of the timeouts. */
const CHECK_INTERVAL = 2_000;

/** Maximum size of request headers, in bytes. The OIDC token of a workflow has about 2,000. */
const MAXIMUM_HEADER_BYTES = 16 * 1024;

export const SERVER_OPTIONS: ServerOptions = {
  headersTimeout: HEADERS_TIMEOUT,
  requestTimeout: REQUEST_TIMEOUT,
  connectionsCheckingInterval: CHECK_INTERVAL,
  maxHeaderSize: MAXIMUM_HEADER_BYTES,
};

/**
 * Disconnects clients that neither send nor receive: connections are limited, and a response in
 * progress holds one of the database's. Clients that wait for a response that is being computed
 * stay connected.
 */
export function refuseSlowClients(server: Server): void {
  server.timeout = IDLE_TIMEOUT;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('timeout', () => {
      const isSending = !request.complete;
      const isReceiving = response.writableLength > 0;
      if (isSending || isReceiving) request.socket.destroy();
      else request.socket.setTimeout(IDLE_TIMEOUT);
    });
  });
}
