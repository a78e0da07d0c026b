import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { startProcess } from './clean-up.js';
import { makeFolder } from './folder.js';
import { freePort, NOBODY } from './postgres.js';

const PROGRAM = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(existsSync);

/** Whether PgBouncer is installed; Debian's package is `pgbouncer`. */
export const hasPgBouncer = PROGRAM !== undefined;

/** A PgBouncer on loopback in transaction mode, before a Postgres with trust authentication. */
export interface PgBouncer extends AsyncDisposable {
  /** The URL of a database through the pooler. */
  addressOf(databaseUrl: string): string;
}

export async function startPgBouncer(serverUrl: string): Promise<PgBouncer> {
  if (PROGRAM === undefined) throw new Error('PgBouncer is not installed');
  const folder = await makeFolder();
  const isRoot = process.getuid?.() === 0;
  const server = new URL(serverUrl);
  const port = await freePort();
  const settings = join(folder.path, 'pgbouncer.ini');
  await writeFile(join(folder.path, 'users.txt'), '"postgres" ""\n');
  // Fewer server connections than a registry opens, so that the test does share them.
  await writeFile(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
unix_socket_dir =
`,
  );
  if (isRoot) {
    await chown(folder.path, NOBODY.uid, NOBODY.gid);
    await chown(settings, NOBODY.uid, NOBODY.gid);
  }
  const pooler = startProcess(PROGRAM, [settings], { ...(isRoot ? NOBODY : {}), cwd: folder.path });
  pooler.stdout.resume();
  let log = '';
  pooler.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const addressOf = (databaseUrl: string) => {
    const url = new URL(databaseUrl);
    url.port = String(port);
    return url.href;
  };
  await untilItAnswers(addressOf(`${serverUrl}/postgres`), () => {
    if (pooler.exitCode !== null) throw new Error(`PgBouncer ended with ${pooler.exitCode}: ${log}`);
  });
  return {
    addressOf,
    [Symbol.asyncDispose]: async () => {
      const closed = once(pooler, 'close');
      pooler.kill('SIGTERM');
      await closed;
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function untilItAnswers(url: string, check: () => void): Promise<void> {
  for (let left = 100; ; left--) {
    check();
    const client = postgres(url, { max: 1, prepare: false, connect_timeout: 1, onnotice: () => {} });
    try {
      await client.unsafe('select 1');
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    } finally {
      await client.end({ timeout: 1 });
    }
  }
}
