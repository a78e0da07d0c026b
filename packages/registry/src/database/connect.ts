import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { BlockStore } from '../blocks/block-store.js';
import { databaseBlocks } from '../blocks/database-blocks.js';
import { claimDataDirectory } from './data-directory.js';
import { type Database, rows } from './database.js';
import * as schema from './schema.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../drizzle', import.meta.url));

/** Any number that no other program is likely to lock in the same database. */
const MIGRATION_LOCK = 7_203_155;

/** Where the data lives: a Postgres by its address, or a directory for the embedded one. */
export type DatabaseLocation = { url: string } | { directory: string };

export interface Connection {
  db: Database;
  /** Where the bytes of contents stand. */
  blocks: BlockStore;
  kind: 'postgres' | 'embedded';
  /** Applies what is missing of the migrations; safe to call from several processes at once. */
  migrate(): Promise<void>;
  /** Whether the database answers and has every migration. Throws when it does not answer. */
  isMigrated(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens the database. Throws `DataDirectoryInUse` when another process has the embedded one.
 * @param log gets notices of the server; a line each.
 */
export async function connect(location: DatabaseLocation, log: (line: string) => void): Promise<Connection> {
  return 'url' in location ? connectPostgres(location.url, log) : connectEmbedded(location.directory);
}

function connectPostgres(url: string, log: (line: string) => void): Connection {
  const client = postgres(url, {
    max: 10,
    connect_timeout: 10,
    onnotice: (notice) => {
      // "already exists, skipping" at each start tells nobody anything.
      if (notice['severity'] !== 'NOTICE') log(String(notice['message']));
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });
  const db = drizzlePostgres(client, { schema });
  return {
    db,
    blocks: databaseBlocks,
    kind: 'postgres',
    migrate: async () => {
      // Held by a transaction of its own while others do the work: so it also works through a pooler that gives out
      // connections by the transaction.
      await client.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
        await migratePostgres(db, { migrationsFolder: MIGRATIONS });
      });
    },
    isMigrated: () => isMigrated(db),
    close: () => client.end({ timeout: 5 }),
  };
}

async function connectEmbedded(directory: string): Promise<Connection> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimDataDirectory(path);
  try {
    const client = await PGlite.create(resolve(path, 'database'), {
      // The driver's own parser goes byte by byte.
      parsers: { 17: (text: string) => Buffer.from(text.slice(2), 'hex') },
    });
    const db = drizzleEmbedded(client, { schema });
    return {
      db,
      blocks: databaseBlocks,
      kind: 'embedded',
      migrate: () => migrateEmbedded(db, { migrationsFolder: MIGRATIONS }),
      isMigrated: () => isMigrated(db),
      close: async () => {
        await client.close();
        await claim.release();
      },
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function isMigrated(db: Database): Promise<boolean> {
  const newest = readMigrationFiles({ migrationsFolder: MIGRATIONS }).at(-1);
  const [table] = await rows<{ name: string | null }>(
    db,
    sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`,
  );
  if (!table?.name) return false;
  const [applied] = await rows<{ newest: string | number | null }>(
    db,
    sql`select max(created_at) as newest from drizzle.__drizzle_migrations`,
  );
  return Number(applied?.newest ?? 0) >= (newest?.folderMillis ?? 0);
}
