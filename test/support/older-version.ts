import { randomBytes } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { inject } from 'vitest';
import { makeFolder } from './folder.js';
import { CHECKOUT, startRegistry, type TestRegistry } from './registry.js';

/** Runs statements one after the other on either database. */
export type Run = (statement: string) => Promise<unknown>;

/**
 * Creates a database as an older version left it, and starts this version on it.
 * @param newest the newest migration of the older version
 * @param fill writes the data of the older version
 * @param check also receives the database if it is Postgres
 */
export async function upgrade(
  database: 'embedded' | 'postgres',
  newest: string,
  fill: (run: Run) => Promise<void>,
  check: (registry: TestRegistry, sql: postgres.Sql | null) => Promise<void>,
): Promise<void> {
  await using folder = await migrationsUntil(newest);
  const migrations = { migrationsFolder: folder.path };
  if (database === 'embedded') {
    await using data = await makeFolder();
    const client = await PGlite.create(join(data.path, 'database'));
    await migrateEmbedded(drizzleEmbedded(client), migrations);
    await fill((statement) => client.exec(statement));
    await client.close();
    await using registry = await startRegistry({ environment: { FIXTURE_REGISTRY_DATA: data.path } });
    await check(registry, null);
    return;
  }
  const name = `before_${newest}_${randomBytes(4).toString('hex')}`;
  const server = postgres(`${inject('postgresUrl')}/postgres`, { max: 1, onnotice: () => {} });
  await server`create database ${server(name)} template template0`;
  await server.end();
  const url = `${inject('postgresUrl')}/${name}`;
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await migratePostgres(drizzlePostgres(client), migrations);
    await fill((statement) => client.unsafe(statement));
    await using registry = await startRegistry({ environment: { DATABASE_URL: url } });
    await check(registry, client);
  } finally {
    await client.end();
  }
}

async function migrationsUntil(newest: string) {
  const folder = await makeFolder();
  await cp(join(CHECKOUT, 'drizzle'), folder.path, { recursive: true });
  const file = join(folder.path, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
  const end = journal.entries.findIndex(({ tag }) => tag === newest) + 1;
  if (end === 0) throw new Error(`there is no migration ${newest}`);
  journal.entries = journal.entries.slice(0, end);
  await writeFile(file, JSON.stringify(journal));
  return folder;
}
