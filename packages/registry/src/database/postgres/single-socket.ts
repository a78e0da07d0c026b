import { Socket } from 'node:net';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';

/** The server's address, as the driver parses it. */
export interface ServerAddress {
  host: string[];
  port: number[];
  /** The path of a Unix socket; false or empty for TCP. */
  path: string | false;
}

/** The driver removes all listeners when it closes; an error after that must not crash the process. */
class QuietSocket extends Socket {
  /** The driver reads it as the server name for TLS. */
  host: string | undefined;

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    return this.on('error', () => {});
  }
}

/**
 * Opens the driver's socket, once. After a loss the driver reconnects, and continues with statements and
 * bytes of the lost connection. So a second socket is refused, and the pool creates a new client instead.
 * @param timeout milliseconds to connect
 */
export function singleSocket(timeout: number): (address: ServerAddress) => Promise<Socket> {
  let isUsed = false;
  return async ({ host: [host = 'localhost'], port: [port = 5432], path }) => {
    if (isUsed) throw new DatabaseUnavailable('CONNECTION_CLOSED', 'the connection to the database was lost');
    isUsed = true;
    const socket = new QuietSocket();
    socket.host = host;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy(new DatabaseUnavailable('CONNECT_TIMEOUT', 'no connection to the database in time'));
      }, timeout);
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
