import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface TakerLimits {
  /** Milliseconds over which a client's throughput is measured. */
  window: number;
  /** Bytes that a client must take in that time, while there is something to take. */
  least: number;
  /** Milliseconds in which a client must have taken all of an answer. */
  whole: number;
  /** Milliseconds between two looks. */
  look: number;
}

/** 16 KiB a second. */
const LIMITS: TakerLimits = { window: 30_000, least: 480 * 1024, whole: 30 * 60_000, look: 2_000 };

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
export function refuseSlowTakers(server: Server, limits = LIMITS): void {
  const responses = new Map<ServerResponse, Taking>();
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    const now = performance.now();
    responses.set(response, { begun: now, since: now, taken: 0 });
    response.once('close', () => responses.delete(response));
  });
  const look = setInterval(() => {
    for (const [response, taking] of responses) {
      if (isTooSlow(response, taking, performance.now(), limits)) response.socket?.destroy();
    }
  }, limits.look).unref();
  server.once('close', () => clearInterval(look));
}

function isTooSlow(response: ServerResponse, taking: Taking, now: number, limits: TakerLimits): boolean {
  const { socket } = response;
  if (!socket) return false;
  if (response.headersSent && now - taking.begun > limits.whole) return true;
  const taken = takenFrom(socket);
  if (response.writableLength > 0) {
    if (now - taking.since < limits.window) return false;
    if (taken - taking.taken < limits.least) return true;
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
