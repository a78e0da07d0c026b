// Connections that an attacker keeps open, or reopens as soon as they are closed.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pushFiles } from '../../support/push-files.js';
import type { TestRegistry } from '../../support/registry.js';
import { ATTACKED, type Attack, type Target } from './attack.js';

/** A loopback address that the other caller does not use. Linux accepts connections from all of 127/8. */
const ATTACKER_ADDRESS = '127.0.0.2';

/** The archives that the registry sends to one caller at the same time. */
const SENT_AT_ONCE = 20;

/** Above the size up to which the registry scans a recording for secrets, so that it is stored quickly. */
const NOISE_BYTES = 4_800_000;

/** Fills the branch `noise` with files of 4.8 MB that cannot be compressed. */
export async function pushNoise(registry: TestRegistry, files: number): Promise<void> {
  const add = Object.fromEntries(
    Array.from({ length: files }, (_, index) => [`recordings/${index}.json`, randomBytes(NOISE_BYTES)]),
  );
  await pushFiles(registry, { repository: ATTACKED, ref: { branch: 'noise' }, add });
}

/** Requests the archive of a branch; receives no more than fits into the buffers until the socket is read. */
export function requestArchive({ url, reader }: Pick<Target, 'url' | 'reader'>, branch = 'noise'): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
  socket.on('readable', () => {});
  socket.write(
    `GET /-/${ATTACKED}/archive.zip?branch=${branch} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${reader}\r\n\r\n`,
  );
  return socket;
}

export function heldConnections(sizes: {
  takers: number;
  noiseFiles: number;
  connections: number;
}): Attack[] {
  return [
    {
      name: `${sizes.takers} slow readers of archives`,
      underWay: Math.min(SENT_AT_ONCE, sizes.takers),
      prepare: (registry) => pushNoise(registry, sizes.noiseFiles),
      run: (target, stop, report) =>
        keepOpen(sizes.takers, stop, () => {
          const socket = requestArchive(target);
          socket.once('readable', () => report({ what: 'an archive', outcome: 'held', right: ['held'] }));
          // 8 KiB per second: never idle, and below the minimum throughput.
          const timer = setInterval(() => socket.read(Math.min(8 * 1024, socket.readableLength)), 1_000);
          return socket.once('close', () => clearInterval(timer));
        }),
    },
    {
      name: `one address that opens ${sizes.connections.toLocaleString('en')} connections, again and again`,
      // Includes the connections that the registry closes at once.
      underWay: sizes.connections,
      run: ({ url }, stop, report) => {
        const { hostname, port } = new URL(url);
        return keepOpen(sizes.connections, stop, () => {
          const socket = connect({ host: hostname, port: Number(port), localAddress: ATTACKER_ADDRESS });
          socket.once('connect', () =>
            report({ what: 'a connection', outcome: 'held', right: ['held', 'lost'] }),
          );
          return socket.on('error', () => {}).resume();
        });
      },
    },
  ];
}

/** Opens `count` sockets, and another one for each that closes, until `stop` is aborted. */
async function keepOpen(count: number, stop: AbortSignal, open: () => Socket): Promise<void> {
  const sockets = new Set<Socket>();
  while (!stop.aborted) {
    // A hundred at a time, because the operating system refuses more than its queue holds.
    for (let added = 0; added < 100 && sockets.size < count; added++) {
      const socket = open();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    await sleep(20, undefined, { signal: stop }).catch(() => {});
  }
  for (const socket of sockets) socket.destroy();
}
