import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';

/** Milliseconds in which the head of a request must have come. */
const HEAD = 10_000;

/** Milliseconds in which all of a request must have come: 256 MiB at 7 Mbit a second. */
const WHOLE = 300_000;

/** Milliseconds in which a client must take or send anything at all. */
const IDLE = 20_000;

/** Milliseconds between two looks for those who are late. */
const LOOK = 2_000;

/** Bytes of the head of a request; a workflow's token has two thousand. */
const HEAD_BYTES = 16 * 1024;

export const SERVER_OPTIONS: ServerOptions = {
  headersTimeout: HEAD,
  requestTimeout: WHOLE,
  connectionsCheckingInterval: LOOK,
  maxHeaderSize: HEAD_BYTES,
};

/**
 * Drops clients that hold a connection and neither send nor take: there are only so many connections, and an answer on
 * its way holds one of the database's. Whoever waits for an answer that is being computed is not dropped.
 */
export function refuseSlowClients(server: Server): void {
  server.timeout = IDLE;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('timeout', () => {
      const isSending = !request.complete;
      const isTaking = response.writableLength > 0;
      if (isSending || isTaking) request.socket.destroy();
      else request.socket.setTimeout(IDLE);
    });
  });
}
