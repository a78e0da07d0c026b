import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** More than this on its way makes the sender wait: what a line of 1 GB/s holds in 60 ms. */
const MOST_ON_ITS_WAY = 64 * 1024 * 1024;

/** Stands before a server on loopback, as if the server were far away. */
export interface DelayingProxy extends AsyncDisposable {
  port: number;
  /** How often a client had to wait for the server before it could go on, over all connections so far. */
  roundTrips: number;
  connections: number;
}

/**
 * Makes a server on loopback far away: what goes either way arrives half a round trip later, in order, at
 * full bandwidth. A client cannot speak before the handshake, so its first bytes take one round trip more, as
 * they do over a real line. (TCP's slow start is not imitated: it would make every contestant slower, most of
 * all those with many connections.)
 * @param roundTripMs 0: only counts
 */
export async function startDelayingProxy(port: number, roundTripMs: number): Promise<DelayingProxy> {
  const half = roundTripMs / 2;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const opened = performance.now();
    const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    proxy.connections++;
    let clientSpokeLast = false;
    carry(client, target, (isEnd) => {
      if (!clientSpokeLast && !isEnd) proxy.roundTrips++;
      clientSpokeLast = true;
      return Math.max(performance.now(), opened + roundTripMs) + half;
    });
    carry(target, client, () => {
      clientSpokeLast = false;
      return performance.now() + half;
    });
    for (const socket of [client, target]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      // Whichever side breaks off, the other is to see it.
      socket.on('error', () => [client, target].map((each) => each.destroy()));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: DelayingProxy = {
    port: (server.address() as AddressInfo).port,
    roundTrips: 0,
    connections: 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
  return proxy;
}

/** Hands on what comes from one side at the moment it is due; null: the side has said its last. */
function carry(from: Socket, to: Socket, dueNow: (isEnd: boolean) => number): void {
  const waiting: { bytes: Buffer | null; due: number }[] = [];
  let onItsWay = 0;
  let timer: NodeJS.Timeout | null = null;
  let blocked = false;

  const handOn = () => {
    timer = null;
    for (let next = waiting[0]; next && !blocked && next.due <= performance.now(); next = waiting[0]) {
      waiting.shift();
      if (next.bytes === null) return void to.end();
      onItsWay -= next.bytes.length;
      blocked = !to.write(next.bytes);
    }
    if (onItsWay < MOST_ON_ITS_WAY && from.isPaused()) from.resume();
    const [next] = waiting;
    if (next && !blocked) timer ??= setTimeout(handOn, Math.max(0, next.due - performance.now()));
  };
  const take = (bytes: Buffer | null) => {
    waiting.push({ bytes, due: dueNow(bytes === null) });
    onItsWay += bytes?.length ?? 0;
    if (onItsWay >= MOST_ON_ITS_WAY) from.pause();
    if (timer === null && !blocked) handOn();
  };
  from.on('data', take);
  from.on('end', () => take(null));
  to.on('drain', () => {
    blocked = false;
    if (timer === null) handOn();
  });
  to.on('close', () => timer && clearTimeout(timer));
}
