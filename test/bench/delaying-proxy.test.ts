import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startDelayingProxy } from './delaying-proxy.js';

// Every figure of the benchmark with a round-trip time rests on this proxy, so it is measured itself.

describe('the delaying proxy', () => {
  // A busy machine only makes answers later, so one quiet moment is enough.
  it('adds its round trip to each question, and one for the handshake', { retry: 4 }, async () => {
    await using echo = await serve((socket) => socket.pipe(socket));
    await using proxy = await startDelayingProxy(echo.port, 400);
    const started = performance.now();
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    const after: number[] = [];
    for (let question = 0; question < 3; question++) {
      client.write('?');
      await once(client, 'data');
      after.push(performance.now() - started);
    }
    client.destroy();
    for (const [at, milliseconds] of [800, 1_200, 1_600].entries()) {
      expect(after[at]).toBeGreaterThanOrEqual(milliseconds - 1);
      expect(after[at]).toBeLessThan(milliseconds + 300);
    }
    expect(proxy).toMatchObject({ roundTrips: 3, connections: 1 });
  });

  it('keeps order and bytes, and does not take bandwidth away', async () => {
    const sent = randomBytes(48 * 1024 * 1024);
    await using server = await serve((socket) => socket.once('data', () => socket.end(sent)));
    await using proxy = await startDelayingProxy(server.port, 1_000);
    const started = performance.now();
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    client.write('?');
    const digest = createHash('sha256');
    for await (const bytes of client) digest.update(bytes as Buffer);
    const seconds = (performance.now() - started) / 1_000;
    expect(digest.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
    // Two round trips and the bytes; a line that waited for each piece would take minutes.
    expect(seconds).toBeGreaterThan(1.99);
    expect(seconds).toBeLessThan(60);
  });

  it('passes the end of one direction on and keeps the other open', async () => {
    await using server = await serve((socket) => socket.on('end', () => socket.end('after the end')));
    await using proxy = await startDelayingProxy(server.port, 10);
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    client.end('all of it');
    const [said] = await once(client, 'data');
    expect(String(said)).toBe('after the end');
    // Saying that there is nothing more is no question.
    expect(proxy.roundTrips).toBe(1);
  });
});

async function serve(handle: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.resume();
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
