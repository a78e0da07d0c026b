import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock, clientAddress } from './client-address.js';

/** Maximum number of open connections. Each needs a few kilobytes; further ones are closed immediately. */
const MAXIMUM_CONNECTIONS = 5_000;

/** Maximum number of open connections of one address, so that one client cannot use all of them. */
const MAXIMUM_PER_ADDRESS = 1_000;

/**
 * Bounds the open connections of a server, in total and per address.
 * @param trustedProxies see `clientAddress`. Behind a proxy there is no limit per address: all have
 * the proxy's address
 */
export function boundConnections(server: Server, trustedProxies: number): void {
  server.maxConnections = MAXIMUM_CONNECTIONS;
  if (trustedProxies > 0) return;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = addressBlock(clientAddress(socket.remoteAddress, undefined, 0));
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const remaining = (open.get(address) ?? 0) - 1;
      if (remaining > 0) open.set(address, remaining);
      else open.delete(address);
    });
    if (count > MAXIMUM_PER_ADDRESS) socket.destroy();
  });
}
