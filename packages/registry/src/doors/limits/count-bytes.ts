import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Metrics } from '../../telemetry/metrics.js';

/**
 * Counts the bytes on the wire of one request, with the counters of the socket instead of the
 * streams. Call it before the response begins.
 */
export function countBytes(c: Context, metrics: Metrics): void {
  const { incoming, outgoing } = c.env as { incoming: IncomingMessage; outgoing: ServerResponse };
  const { socket } = incoming;
  const [read, written] = [socket.bytesRead, socket.bytesWritten];
  // Part of the body can be read together with the headers, before this function runs.
  const announced = Number(incoming.headers['content-length'] ?? 0);
  outgoing.once('close', () => {
    const received = Math.max(socket.bytesRead - read, announced);
    metrics.transferred(c.req.routePath, { received, sent: socket.bytesWritten - written });
  });
}
