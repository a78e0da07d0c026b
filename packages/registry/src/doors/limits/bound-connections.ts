import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock, clientAddress } from './client-address.js';

/** Connections at one time. Each holds a few kilobytes; what is above is closed at once. */
const CONNECTIONS = 5_000;

/** Those of one address: whoever reopens connections all the time must leave room for others. */
const OF_ONE_ADDRESS = 1_000;

/**
 * Bounds the connections of a server, in all and from one address.
 * @param trustedProxies see `clientAddress`; behind a proxy all connections have its address
 */
export function boundConnections(server: Server, trustedProxies: number): void {
  server.maxConnections = CONNECTIONS;
  if (trustedProxies > 0) return;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = addressBlock(clientAddress(socket.remoteAddress, undefined, 0));
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 0) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > OF_ONE_ADDRESS) socket.destroy();
  });
}
