import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, realpath, rm, symlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The kernel closes a socket when its process ends, however that happens, and it knows the sockets of all containers.
// So a socket in the directory says whether the owner lives, where a pid only says so within one container.

/** Bytes of a socket's path that all systems take. */
const LONGEST_PATH = 100;

/** Failures of a connection that say that nobody listens. All others leave it open, so the owner counts as alive. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);

export interface GuardSocket {
  name: string;
  close(): Promise<void>;
}

/** Why a directory cannot be guarded; the message says what to do. */
export class DirectoryNotGuarded extends Error {}

/** Listens on a new socket in the directory until this process ends. Throws `DirectoryNotGuarded`. */
export async function openGuard(directory: string): Promise<GuardSocket> {
  const name = await guardName(directory);
  const server = createServer((client) => client.destroy());
  // What the guard does must not keep a process alive that has nothing else to do.
  server.unref();
  const listen = (path: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  try {
    await withShortPath(directory, name, listen);
    // Some shared folders accept the socket's file but connect nobody to it.
    if (!(await isGuarded(directory, name))) throw new Error('nobody can connect to it');
  } catch (error) {
    server.close();
    if (isPipe(name) && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PipeInUse();
    throw new DirectoryNotGuarded(
      `no socket can be made in the data directory ${directory} (${(error as Error).message}). A socket protects ` +
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

/** On Windows the pipe's name itself is exclusive, and another process has it. */
export class PipeInUse extends Error {}

/** Whether a process listens on the socket of this name, also a stopped one. */
export async function isGuarded(directory: string, name: string): Promise<boolean> {
  const ask = (path: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(path);
      const answer = (isAlive: boolean) => {
        socket.destroy();
        resolve(isAlive);
      };
      socket.once('connect', () => answer(true));
      socket.once('error', (error: NodeJS.ErrnoException) => answer(!DEAD.has(error.code ?? '')));
    });
  return withShortPath(directory, name, ask);
}

const isPipe = (name: string) => name.startsWith('\\\\');

async function guardName(directory: string): Promise<string> {
  if (process.platform !== 'win32') return `guard-${randomBytes(8).toString('hex')}`;
  const path = (await realpath(directory)).toLowerCase();
  return `\\\\.\\pipe\\fixture-registry-${createHash('sha256').update(path).digest('hex')}`;
}

/** Calls with a path of the socket that is short enough for the system, however deep the directory is. */
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
