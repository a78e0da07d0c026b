import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, realpath, rm, symlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The kernel closes a socket when its process ends for any reason, and a socket file is shared between
// containers. So a socket in the directory shows whether the owner lives; a pid does so within one container
// only.

/** Bytes of a socket path that every operating system accepts. */
const LONGEST_PATH = 100;

/** Connection errors that prove that no process listens. After any other error the owner counts as alive. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);

export interface GuardSocket {
  name: string;
  close(): Promise<void>;
}

/** The directory cannot be guarded; the message says why and what to do. */
export class DirectoryNotGuarded extends Error {}

/**
 * Listens on a new socket in the directory until this process ends.
 * @throws DirectoryNotGuarded when the directory does not support sockets
 * @throws PipeInUse on Windows, when another process guards the directory
 */
export async function openGuard(directory: string): Promise<GuardSocket> {
  const name = await guardName(directory);
  const server = createServer((client) => client.destroy());
  // The guard alone must not keep the process alive.
  server.unref();
  const listen = (path: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  try {
    await withShortPath(directory, name, listen);
    // Some shared folders allow a socket file but no connections to it.
    if (!(await isGuarded(directory, name))) throw new Error('connections to it fail');
  } catch (error) {
    server.close();
    if (isPipe(name) && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PipeInUse();
    throw new DirectoryNotGuarded(
      `cannot create a socket in the data directory ${directory} (${(error as Error).message}). A socket protects ` +
        'the embedded database from a second process. Set FIXTURE_REGISTRY_DATA to a directory on a local disk ' +
        'or a volume, or use DATABASE_URL.',
    );
  }
  return {
    name,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      if (!isPipe(name)) await rm(join(directory, name), { force: true });
    },
  };
}

/** On Windows the name of a pipe is exclusive: another process holds it. */
export class PipeInUse extends Error {}

/** Whether a process listens on the socket of this name; a suspended process counts. */
export async function isGuarded(directory: string, name: string): Promise<boolean> {
  const probe = (path: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(path);
      const finish = (isAlive: boolean) => {
        socket.destroy();
        resolve(isAlive);
      };
      socket.once('connect', () => finish(true));
      socket.once('error', (error: NodeJS.ErrnoException) => finish(!DEAD.has(error.code ?? '')));
    });
  return withShortPath(directory, name, probe);
}

const isPipe = (name: string) => name.startsWith('\\\\');

async function guardName(directory: string): Promise<string> {
  if (process.platform !== 'win32') return `guard-${randomBytes(8).toString('hex')}`;
  const path = (await realpath(directory)).toLowerCase();
  return `\\\\.\\pipe\\fixture-registry-${createHash('sha256').update(path).digest('hex')}`;
}

/** Calls `use` with a path to the socket that is short enough for the operating system. */
async function withShortPath<Result>(
  directory: string,
  name: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  if (isPipe(name)) return use(name);
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return use(path);
  if (process.platform === 'linux') {
    const handle = await open(directory);
    try {
      return await use(`/proc/self/fd/${handle.fd}/${name}`);
    } finally {
      await handle.close();
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'fr-'));
  try {
    await symlink(directory, join(folder, 'd'));
    return await use(join(folder, 'd', name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
