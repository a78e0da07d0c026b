import { Socket } from 'node:net';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';

/** Where a server listens, as the driver reads it from an address. */
export interface ServerPlace {
  host: string[];
  port: number[];
  /** Of a Unix socket; false or empty where it listens on TCP. */
  path: string | false;
}

/** The driver removes all listeners at the end; an error that comes later must not end the process. */
class QuietSocket extends Socket {
  /** The driver reads it to name the server in TLS. */
  host: string | undefined;

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    return this.on('error', () => {});
  }
}

/**
 * Makes the driver's socket, once. The driver connects again by itself after a loss, and then carries on with
 * statements and bytes of the lost connection; so a second socket is refused, and a new client is made instead.
 * @param patience milliseconds that a connection may take
 */
export function singleSocket(patience: number): (place: ServerPlace) => Promise<Socket> {
  let isUsed = false;
  return async ({ host: [host = 'localhost'], port: [port = 5432], path }) => {
    if (isUsed) throw new DatabaseUnavailable('CONNECTION_CLOSED', 'the connection to the database was lost');
    isUsed = true;
    const socket = new QuietSocket();
    socket.host = host;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy(new DatabaseUnavailable('CONNECT_TIMEOUT', 'no connection to the database in time'));
      }, patience);
      socket.once('error', reject);
      socket.once('connect', resolve);
      socket.once('close', () => clearTimeout(timer));
      socket.once('connect', () => clearTimeout(timer));
      if (path) socket.connect(path);
      else socket.connect(port, host);
    });
    socket.removeAllListeners();
    return socket;
  };
}
