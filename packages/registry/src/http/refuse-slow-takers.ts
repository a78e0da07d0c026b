import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds over which a client's throughput is measured. */
const WINDOW = 30_000;

/** Bytes that a client must take in that time, while there is something to take: 16 KiB a second. */
const LEAST = 480 * 1024;

/** Milliseconds in which a client must have taken all of an answer. */
const WHOLE = 30 * 60_000;

/** Milliseconds between two looks. */
const LOOK = 2_000;

interface Taking {
  begun: number;
  /** When the window began, and the bytes that were taken until then. */
  since: number;
  taken: number;
}

/**
 * Drops clients that take an answer a little at a time: each holds a part of it in memory, and a client that never
 * stops taking is never idle.
 */
export function refuseSlowTakers(server: Server): void {
  const responses = new Map<ServerResponse, Taking>();
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    const now = performance.now();
    responses.set(response, { begun: now, since: now, taken: 0 });
    response.once('close', () => responses.delete(response));
  });
  const look = setInterval(() => {
    for (const [response, taking] of responses) {
      if (isTooSlow(response, taking, performance.now())) response.socket?.destroy();
    }
  }, LOOK).unref();
  server.once('close', () => clearInterval(look));
}

function isTooSlow(response: ServerResponse, taking: Taking, now: number): boolean {
  const { socket } = response;
  if (!socket) return false;
  if (response.headersSent && now - taking.begun > WHOLE) return true;
  const taken = takenFrom(socket);
  if (response.writableLength > 0) {
    if (now - taking.since < WINDOW) return false;
    if (taken - taking.taken < LEAST) return true;
  }
  // Nothing waits for the client, or it is fast enough: a new window begins.
  Object.assign(taking, { since: now, taken });
  return false;
}

/** Bytes that went out on a connection. Its own count has those that still wait for the client, too. */
function takenFrom(socket: Socket): number {
  const { _handle: handle } = socket as {
    _handle?: { bytesWritten?: number; writeQueueSize?: number } | null;
  };
  return handle?.bytesWritten === undefined
    ? socket.bytesWritten
    : handle.bytesWritten - (handle.writeQueueSize ?? 0);
}
