import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A query that waits at the door, on its way to the server. */
export interface Held {
  /** Settles when the query is there. */
  arrived: Promise<void>;
  /** Lets it through. */
  release(): void;
}

/** An address that leads to a Postgres server as long as it is open. */
export interface Door extends AsyncDisposable {
  url: string;
  /**
   * Stops the next query with this in its text, so that a test can do something at just that moment. Other
   * connections go on.
   * @param nth which of the queries with this text; the first unless given
   */
  hold(text: string, nth?: number): Held;
  /** Breaks all connections and lets no new one through. */
  shut(): void;
  open(): void;
  /** Breaks all connections; new ones come through. */
  cut(): void;
}

/**
 * Puts a door before a server, so that a test can take it away from a registry without stopping it for
 * others.
 */
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
  /** Queries until the one to hold, which counts. */
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
