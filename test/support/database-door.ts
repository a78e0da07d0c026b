import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A query that is held before it reaches the server. */
export interface Held {
  /** Settles when the query has arrived. */
  arrived: Promise<void>;
  /** Forwards the query. */
  release(): void;
}

/** A proxy address for a Postgres server that can be closed. */
export interface Door extends AsyncDisposable {
  url: string;
  /**
   * Holds the next query with this text, so that a test can act at that moment. Other connections
   * continue.
   * @param nth which of the queries with this text; the first by default
   */
  hold(text: string, nth?: number): Held;
  /** Closes all connections and accepts none. */
  shut(): void;
  open(): void;
  /** Closes all connections and accepts new ones. */
  cut(): void;
}

/** Starts a proxy for a server, so that a test can disconnect one registry without stopping the server. */
export async function openDoor(serverUrl: string): Promise<Door> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const holds = new Set<Hold>();
  const server = createServer((outside) => {
    if (!isOpen) return outside.destroy();
    const inside = connect(Number(port), hostname);
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    outside.on('close', () => inside.destroy());
    inside.on('close', () => outside.destroy());
    inside.pipe(outside);
    outside.on('data', async (bytes: Buffer) => {
      const hold = [...holds].find(({ text }) => bytes.includes(text));
      if (hold !== undefined && --hold.left === 0) {
        holds.delete(hold);
        outside.pause();
        hold.arrive();
        await hold.released;
        outside.resume();
      }
      inside.write(bytes);
    });
    return undefined;
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const shut = () => {
    isOpen = false;
    cut();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href.replace(/\/$/, ''),
    shut,
    cut,
    hold: (text, nth = 1) => {
      const arrived = settlable();
      const released = settlable();
      holds.add({ text, left: nth, arrive: arrived.settle, released: released.promise });
      return { arrived: arrived.promise, release: released.settle };
    },
    open: () => {
      isOpen = true;
    },
    [Symbol.asyncDispose]: async () => {
      shut();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Hold {
  text: string;
  /** The number of matching queries up to and including the one to hold. */
  left: number;
  arrive(): void;
  released: Promise<void>;
}

function settlable(): { promise: Promise<void>; settle(): void } {
  let settle = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
