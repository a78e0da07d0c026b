import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { boundConnections } from './bound-connections.js';

/** Opens so many connections to a server of its own, and says how many of them the server keeps. */
async function keptOf(count: number, trustedProxies: number): Promise<number> {
  const server = createServer();
  boundConnections(server, trustedProxies);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let seen = 0;
  server.on('connection', () => seen++);
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.resume();
    sockets.push(socket);
    if (index % 100 === 0) await new Promise((resolve) => socket.once('connect', resolve));
  }
  await vi.waitFor(() => expect(seen).toBe(count), { timeout: 30_000 });
  const kept = await new Promise<number>((resolve) => server.getConnections((_error, open) => resolve(open)));
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return kept;
}

it('closes connections of one address above a thousand', async () => {
  expect(await keptOf(1_020, 0)).toBe(1_000);
}, 60_000);

it('does not count the connections of a proxy, which are those of all callers', async () => {
  expect(await keptOf(1_020, 1)).toBe(1_020);
}, 60_000);
