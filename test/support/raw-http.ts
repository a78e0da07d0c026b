import { connect, type Socket } from 'node:net';

/** A connection that can send any bytes, valid HTTP or not. */
export interface RawConnection extends Disposable {
  send(text: string | Uint8Array): void;
  socket: Socket;
  /** The bytes received so far. */
  received(): string;
  /** The milliseconds from opening the connection until the server closed it. */
  closed: Promise<number>;
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const opened = Date.now();
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  // A reset connection is closed, too.
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(Date.now() - opened));
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return {
    socket,
    closed,
    received: () => text,
    send: (bytes) => void socket.write(bytes),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
