import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { type ReadLimits, refuseSlowReaders } from './refuse-slow-readers.js';

const PIECE = Buffer.alloc(64 * 1024);

/** Any progress is enough, so that a slow machine does not fail the tests. */
const LIMITS: ReadLimits = { window: 500, minimum: 1, timeout: 60_000, interval: 50 };

/** A server that sends endless responses, and never disconnects idle clients. */
async function endlessServer(limits: ReadLimits) {
  const closed: Promise<void>[] = [];
  const server = createServer((_request, response: ServerResponse) => {
    closed.push(new Promise((resolve) => response.once('close', () => resolve())));
    const send = () => {
      while (!response.destroyed && response.write(PIECE));
    };
    response.on('drain', send);
    send();
  });
  server.timeout = 0;
  refuseSlowReaders(server, limits);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    return socket;
  };
  const asked = async () => {
    while (closed.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return closed[0];
  };
  return {
    ask,
    asked,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it('disconnects a client that receives too little in a window', async () => {
  using server = await endlessServer(LIMITS);
  const socket = server.ask();
  socket.pause();
  await server.asked();
  socket.destroy();
}, 60_000);

it('does not disconnect a client that receives enough, however many windows its response lasts', async () => {
  using server = await endlessServer(LIMITS);
  const socket = server.ask();
  let isClosed = false;
  socket.once('close', () => {
    isClosed = true;
  });
  // It reads a little every few milliseconds: most of the time something waits for it.
  socket.on('data', () => {
    socket.pause();
    setTimeout(() => socket.resume(), 2);
  });
  await new Promise((resolve) => setTimeout(resolve, 4 * LIMITS.window));
  expect(isClosed).toBe(false);
  socket.destroy();
});

it('disconnects a client that does not finish in time, however fast it is', async () => {
  using server = await endlessServer({ ...LIMITS, timeout: 300 });
  const socket = server.ask();
  socket.resume();
  await server.asked();
}, 60_000);
