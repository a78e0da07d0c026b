import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { connect } from '../../packages/registry/dist/database/connect.js';
import { type Database, rows } from '../../packages/registry/dist/database/statements/database.js';
import { makeFolder } from '../support/folder.js';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { startRegistry } from '../support/registry.js';

const open = (folder: { path: string }, lines: string[] = []) =>
  connect({ directory: folder.path }, (line) => lines.push(line));

const count = (db: Database, upTo: number) =>
  rows<{ count: number }>(db, sql`select count(*)::int as count from generate_series(1, ${upTo}::int)`);

it('the embedded database answers other requests during a query', async () => {
  await using folder = await makeFolder();
  const connection = await open(folder);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  expect(await count(connection.db, 2_000_000)).toEqual([{ count: 2_000_000 }]);
  clearInterval(timer);
  // In the same thread, not one response would have arrived.
  expect(turns).toBeGreaterThan(10);
  await connection.close();
});

it('the embedded database returns large results and accepts large parameters', async () => {
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

it('the process ends when its embedded database panics, and the next start recovers', async () => {
  await using registry = await startRegistry();
  const first = { repository: 'acme/panic', ref: { branch: 'main' }, add: { 'recordings/1.json': '1' } };
  await pushFiles(registry, first);
  // A write-ahead log that cannot be written makes Postgres panic. A few pushes fill one log file.
  const data = registry.environment['FIXTURE_REGISTRY_DATA'] ?? '';
  const log = join(data, 'database', 'pg_wal');
  await rename(log, join(data, 'aside'));
  const pushUntilEnd = async () => {
    for (let n = 0; n < 100; n++) {
      const bytes = randomBytes(2_000_000).toString('base64');
      const add = { [`recordings/${n}.json`]: bytes };
      await pushFiles(registry, { ...first, ref: { branch: 'other' }, add });
    }
  };
  await expect(pushUntilEnd()).rejects.toThrow();
  await expect.poll(() => registry.output.stderr, { timeout: 60_000 }).toMatch(/embedded database stopped/);
  await registry.kill();
  await rename(join(data, 'aside'), log);
  await registry.restart();
  expect(await pullFiles(registry, 'acme/panic', {})).toEqual(first.add);
});

it('the embedded database closes during a query, and recovers', async () => {
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
