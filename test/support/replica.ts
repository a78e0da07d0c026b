import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import postgres from 'postgres';
import { startPostgres, type TestPostgres } from './postgres.js';

/**
 * The parts of a running server's folder to skip: those of its process, and the log, which the
 * replica streams.
 */
const NOT_COPIED = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot']);

/** Starts a streaming replica of a running server: a base backup, then its log as it is written. */
export async function startReplica(primary: TestPostgres): Promise<TestPostgres> {
  return await startPostgres(async (data) => {
    const client = postgres(`${primary.url}/postgres`, { max: 1, onnotice: () => {} });
    try {
      await client`select pg_backup_start('replica', true)`;
      await cp(primary.data, data, {
        recursive: true,
        filter: (source) => !NOT_COPIED.has(basename(source)),
      });
      const [end] = await client<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;
      // Postgres refuses a folder that other users can read.
      await chmod(data, 0o700);
      await mkdir(join(data, 'pg_wal'));
      await mkdir(join(data, 'pg_replslot'));
      await writeFile(join(data, 'backup_label'), end?.labelfile ?? '');
      await writeFile(join(data, 'standby.signal'), '');
      const { hostname, port } = new URL(primary.url);
      await writeFile(
        join(data, 'postgresql.auto.conf'),
        `primary_conninfo = 'host=${hostname} port=${port} user=postgres'\n`,
      );
    } finally {
      await client.end();
    }
  });
}
