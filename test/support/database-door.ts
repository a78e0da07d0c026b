import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An address that leads to a Postgres server as long as it is open. */
export interface Door extends AsyncDisposable {
  url: string;
  /** Breaks all connections and lets no new one through. */
  shut(): void;
  open(): void;
  /** Breaks all connections; new ones come through. */
  cut(): void;
}

/** Puts a door before a server, so that a test can take it away from a registry without stopping it for others. */
export async function openDoor(serverUrl: string): Promise<Door> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((outside) => {
    if (!isOpen) return outside.destroy();
    const inside = connect(Number(port), hostname);
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    outside.on('close', () => inside.destroy());
    inside.on('close', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
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
