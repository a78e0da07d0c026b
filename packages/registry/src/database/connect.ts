import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import type { Logger } from 'drizzle-orm/logger';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { BlockStore } from '../blocks/block-store.js';
import { databaseBlocks } from '../blocks/database-blocks.js';
import type { DatabaseState } from '../telemetry/metrics.js';
import { claimDataDirectory } from './data-directory.js';
import { type Database, rows } from './database.js';
import { isDirect } from './is-direct.js';
import { type Reads, readsOf, readsWithReplica } from './replica.js';
import * as schema from './schema.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../drizzle', import.meta.url));

/** By what name Postgres knows the connections of all processes. */
const APPLICATION = 'fixture-registry';

/** Any number that no other program is likely to lock in the same database. */
const MIGRATION_LOCK = 7_203_155;

/** Where the data lives: a Postgres by its address, with a replica to read from if there is one, or a directory for the embedded one. */
export type DatabaseLocation = { url: string; replicaUrl?: string | null } | { directory: string };

export interface Connection {
  db: Database;
  /** Where to read what may come from a replica. Writes, and reads that lead to them, use `db`. */
  reads: Reads;
  /** Where the bytes of contents stand. */
  blocks: BlockStore;
  kind: 'postgres' | 'embedded';
  /** Applies what is missing of the migrations; safe to call from several processes at once. */
  migrate(): Promise<void>;
  /** Whether the database answers and has every migration. Throws when it does not answer. */
  isMigrated(): Promise<boolean>;
  /** What the server says of its connections; see `/metrics`. */
  state(): Promise<DatabaseState>;
  close(): Promise<void>;
}

/** Told of each query, without what it is asked with. */
export type QueryListener = (query: string) => void;

/**
 * Opens the database. Throws `DataDirectoryInUse` when another process has the embedded one.
 * @param log gets notices of the server; a line each.
 */
export async function connect(
  location: DatabaseLocation,
  log: (line: string) => void,
  onQuery: QueryListener = () => {},
): Promise<Connection> {
  const logger = { logQuery: onQuery };
  return 'url' in location
    ? connectPostgres(location, log, logger)
    : connectEmbedded(location.directory, logger);
}

async function openPostgres(url: string, log: (line: string) => void): Promise<postgres.Sql> {
  const prepare = await isDirect(url);
  return postgres(url, {
    max: 10,
    connect_timeout: 10,
    prepare,
    connection: { application_name: APPLICATION },
    onnotice: (notice) => {
      // "already exists, skipping" at each start tells nobody anything.
      if (notice['severity'] !== 'NOTICE') log(String(notice['message']));
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });
}

async function connectPostgres(
  location: Extract<DatabaseLocation, { url: string }>,
  log: (line: string) => void,
  logger: Logger,
): Promise<Connection> {
  const [client, replica] = await Promise.all([
    openPostgres(location.url, log),
    location.replicaUrl ? openPostgres(location.replicaUrl, log) : null,
  ]);
  const db: Database = drizzlePostgres(client, { schema, logger });
  const reads = replica
    ? readsWithReplica(db, drizzlePostgres(replica, { schema, logger }), log)
    : readsOf(db);
  return {
    db,
    reads,
    blocks: databaseBlocks,
    kind: 'postgres',
    migrate: async () => {
      // Held by a transaction of its own while others do the work: so it also works through a pooler that gives out
      // connections by the transaction.
      await client.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
        await migratePostgres(drizzlePostgres(client, { schema }), { migrationsFolder: MIGRATIONS });
      });
    },
    isMigrated: () => isMigrated(db),
    state: async () => ({
      connections: await rows(
        db,
        sql`select coalesce(state, 'other') as state, count(*)::int as count from pg_stat_activity
            where datname = current_database() and application_name = ${APPLICATION} group by 1`,
      ),
    }),
    close: async () => {
      reads.close();
      await Promise.all([client.end({ timeout: 5 }), replica?.end({ timeout: 5 })]);
    },
  };
}

async function connectEmbedded(directory: string, logger: Logger): Promise<Connection> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimDataDirectory(path);
  try {
    const client = await PGlite.create(resolve(path, 'database'), {
      // The driver's own parser goes byte by byte.
      parsers: { 17: (text: string) => Buffer.from(text.slice(2), 'hex') },
    });
    const db = drizzleEmbedded(client, { schema, logger });
    return {
      db,
      reads: readsOf(db),
      blocks: databaseBlocks,
      kind: 'embedded',
      migrate: () => migrateEmbedded(db, { migrationsFolder: MIGRATIONS }),
      isMigrated: () => isMigrated(db),
      state: async () => {
        await rows(db, sql`select 1`);
        return { connections: [] };
      },
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
