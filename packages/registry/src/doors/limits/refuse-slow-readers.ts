import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ReadLimits {
  /** The window in which the throughput of a client is measured, in milliseconds. */
  window: number;
  /** Minimum bytes that a client must receive in a window, while a response is waiting for it. */
  minimum: number;
  /** Timeout for a whole response, in milliseconds. */
  timeout: number;
  /** Milliseconds between two checks. */
  interval: number;
}

/** 16 KiB a second. */
const LIMITS: ReadLimits = { window: 30_000, minimum: 480 * 1024, timeout: 30 * 60_000, interval: 2_000 };

interface Progress {
  startedAt: number;
  /** When the current window began, and the bytes received before it. */
  windowAt: number;
  received: number;
}

/**
 * Disconnects clients that receive a response too slowly. Part of each response is in memory, and a
 * client that reads a few bytes at a time is never idle.
 */
export function refuseSlowReaders(server: Server, limits = LIMITS): void {
  const responses = new Map<ServerResponse, Progress>();
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    const now = performance.now();
    responses.set(response, { startedAt: now, windowAt: now, received: 0 });
    response.once('close', () => responses.delete(response));
  });
  const checks = setInterval(() => {
    for (const [response, progress] of responses) {
      if (isTooSlow(response, progress, performance.now(), limits)) response.socket?.destroy();
    }
  }, limits.interval).unref();
  server.once('close', () => clearInterval(checks));
}

function isTooSlow(response: ServerResponse, progress: Progress, now: number, limits: ReadLimits): boolean {
  const { socket } = response;
  if (!socket) return false;
  if (response.headersSent && now - progress.startedAt > limits.timeout) return true;
  const received = bytesReceived(socket);
  if (response.writableLength > 0) {
    if (now - progress.windowAt < limits.window) return false;
    if (received - progress.received < limits.minimum) return true;
  }
  // Nothing is waiting for the client, or the client is fast enough: start a new window.
  Object.assign(progress, { windowAt: now, received });
  return false;
}

/** The bytes that left on a connection. `bytesWritten` of the socket also counts those still in its queue. */
function bytesReceived(socket: Socket): number {
  const { _handle: handle } = socket as {
    _handle?: { bytesWritten?: number; writeQueueSize?: number } | null;
  };
  return handle?.bytesWritten === undefined
    ? socket.bytesWritten
    : handle.bytesWritten - (handle.writeQueueSize ?? 0);
}
