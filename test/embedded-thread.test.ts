import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { connect } from '../packages/registry/dist/database/connect.js';
import { type Database, rows } from '../packages/registry/dist/database/database.js';
import { databaseFailureOf } from '../packages/registry/dist/database/database-failure.js';
import { makeFolder } from './support/folder.js';

const open = (folder: { path: string }, lines: string[] = []) =>
  connect({ directory: folder.path }, (line) => lines.push(line));

const count = (db: Database, upTo: number) =>
  rows<{ count: number }>(db, sql`select count(*)::int as count from generate_series(1, ${upTo}::int)`);

it('answers others while the database works', async () => {
  await using folder = await makeFolder();
  const connection = await open(folder);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  expect(await count(connection.db, 2_000_000)).toEqual([{ count: 2_000_000 }]);
  clearInterval(timer);
  // In the same thread, not one would have come.
  expect(turns).toBeGreaterThan(10);
  await connection.close();
});

it('gives large results whole, and takes large parameters', async () => {
  await using folder = await makeFolder();
  const { db, close } = await open(folder);
  const bytes = Buffer.alloc(3_000_000, 'recording');
  const found = await rows<{ bytes: Buffer; text: string; n: number }>(
    db,
    sql`select decode(${bytes.toString('hex')}::text, 'hex') as bytes, repeat('é', 100000) as text, n
        from generate_series(1, 3) n`,
  );
  expect(found.map(({ n }) => n)).toEqual([1, 2, 3]);
  for (const row of found) {
    expect(bytes.equals(row.bytes)).toBe(true);
    expect(row.text).toBe('é'.repeat(100_000));
  }
  await close();
});

it('survives the end of its thread, and says so to whoever waits', async () => {
  await using folder = await makeFolder();
  const lines: string[] = [];
  const { db, close } = await open(folder, lines);
  await db.execute(sql`create table kept (n int)`);
  await db.execute(sql`insert into kept values (1)`);
  // A log that cannot be written is a PANIC.
  const log = join(folder.path, 'database', 'pg_wal');
  await rename(log, join(folder.path, 'aside'));
  const waiting = [db.execute(sql`select pg_switch_wal()`), db.execute(sql`insert into kept values (2)`)];
  for (const ended of await Promise.allSettled(waiting)) {
    expect(ended.status).toBe('rejected');
    expect(databaseFailureOf((ended as PromiseRejectedResult).reason)).toMatchObject({ fault: 'away' });
  }
  expect(lines).toEqual([expect.stringContaining('the embedded database stopped')]);
  // It does not open either, which whoever asks is told, too.
  const refused = () => count(db, 10).catch((error: unknown) => databaseFailureOf(error));
  expect(await refused()).toMatchObject({ fault: 'away' });
  await rename(join(folder.path, 'aside'), log);
  const kept = () => rows(db, sql`select n from kept`).catch((error: unknown) => databaseFailureOf(error));
  await expect.poll(kept, { timeout: 60_000 }).toEqual([{ n: 1 }]);
  await close();
});

it('closes although a query runs, and recovers', async () => {
  await using folder = await makeFolder();
  const first = await open(folder);
  await first.db.execute(sql`create table kept as select 1 as n`);
  const endless = count(first.db, 2_000_000_000).then(
    () => 'counted',
    () => 'refused',
  );
  await first.close();
  expect(await endless).toBe('refused');
  const second = await open(folder);
  expect(await rows(second.db, sql`select n from kept`)).toEqual([{ n: 1 }]);
  await second.close();
});
