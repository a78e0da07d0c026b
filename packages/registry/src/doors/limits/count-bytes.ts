import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Metrics } from '../../telemetry/metrics.js';

/**
 * Counts what goes over the wire for one request: the socket knows it, so that no stream has to be looked into.
 * Called before anything is answered.
 */
export function countBytes(c: Context, metrics: Metrics): void {
  const { incoming, outgoing } = c.env as { incoming: IncomingMessage; outgoing: ServerResponse };
  const { socket } = incoming;
  const [read, written] = [socket.bytesRead, socket.bytesWritten];
  // Much of the request may have been read with its head, before this looked.
  const announced = Number(incoming.headers['content-length'] ?? 0);
  outgoing.once('close', () => {
    const received = Math.max(socket.bytesRead - read, announced);
    metrics.transferred(c.req.routePath, { received, sent: socket.bytesWritten - written });
  });
}
