import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `up`: from client to registry; `down`: from registry to client. */
export type Direction = 'up' | 'down';

/**
 * A proxy before a registry that can stop in the middle of a transfer, so that a test can kill one
 * side there.
 */
export interface HoldingProxy extends AsyncDisposable {
  url: string;
  /** Bytes forwarded since the last call of `holdAfter` or `letThrough`. */
  passed: Record<Direction, number>;
  /**
   * Forwards this many more bytes and then resolves. It holds everything else until `letThrough`,
   * even new connections, so that a restart may take as long as it needs.
   */
  holdAfter(direction: Direction, bytes: number): Promise<void>;
  letThrough(): void;
}

export async function startHoldingProxy(registry: { url: string }): Promise<HoldingProxy> {
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let hold: { direction: Direction; bytes: number; reached: () => void } | null = null;
  let isHeld = false;

  const pipe = (from: Socket, to: Socket, direction: Direction) => {
    const pass = (chunk: Buffer): void => {
      const room = hold?.direction === direction ? hold.bytes - proxy.passed[direction] : chunk.length;
      const now = chunk.subarray(0, Math.max(0, room));
      proxy.passed[direction] += now.length;
      to.write(now);
      if (hold?.direction === direction && room <= chunk.length) {
        isHeld = true;
        hold.reached();
      }
      if (now.length === chunk.length) return;
      from.pause();
      waiting.push(() => {
        pass(chunk.subarray(now.length));
        from.resume();
      });
    };
    from.on('data', pass);
    from.on('error', () => from.destroy());
    from.on('close', () => to.destroy());
    sockets.add(from);
    from.on('close', () => sockets.delete(from));
  };
  const join = (outside: Socket) => {
    if (outside.destroyed) return;
    const { hostname, port } = new URL(registry.url);
    const inside = connect(Number(port), hostname);
    pipe(outside, inside, 'up');
    pipe(inside, outside, 'down');
  };
  const server = createServer((outside) => {
    if (!isHeld) return join(outside);
    outside.on('error', () => outside.destroy());
    sockets.add(outside);
    waiting.push(() => join(outside));
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: HoldingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: { up: 0, down: 0 },
    holdAfter: (direction, bytes) => {
      proxy.letThrough();
      return new Promise((reached) => {
        hold = { direction, bytes, reached };
      });
    },
    letThrough: () => {
      hold = null;
      isHeld = false;
      proxy.passed = { up: 0, down: 0 };
      for (const pass of waiting.splice(0)) pass();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
