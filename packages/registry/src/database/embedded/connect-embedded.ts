import { resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Connection, QueryListener } from '../connection/connection.js';
import { primaryReads } from '../connection/replica.js';
import { migrate } from '../migrations/migrate.js';
import { readSchemaState } from '../migrations/read-schema-state.js';
import { databaseOver } from '../postgres/postgres-client.js';
import { PostgresConnection, type TypeTables } from '../postgres/postgres-connection.js';
import { PostgresPool } from '../postgres/postgres-pool.js';
import { COMMAND_LIMITS } from '../postgres/time-limits.js';
import { type Database, rows } from '../statements/database.js';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import { claimDataDirectory } from './data-directory.js';
import { DatabaseThread } from './database-thread.js';
import { refuseOtherPostgres } from './embedded-version.js';
import { DATABASE_FOLDER } from './find-database.js';
import { freeBytes, refusalFor } from './free-space.js';
import { makeDataDirectory } from './make-data-directory.js';
import type { WireSocket } from './wire-socket.js';

/** The driver requires an address; no connection is made to it. */
const ADDRESS = 'postgres://postgres@embedded/postgres';

/** Seconds that a new thread may take to open the database. */
const CONNECT_TIMEOUT = 60;

/** Milliseconds that a query waits for earlier ones: all share one session. */
const QUEUE_TIMEOUT = 120_000;

/**
 * Opens PGlite in a directory that this process then owns.
 * @throws DataDirectoryUnusable when it cannot be created or written to
 * @throws DataDirectoryInUse when another process owns it
 * @throws OtherDatabaseVersion when another major version of Postgres wrote it
 */
export async function connectEmbedded(
  directory: string,
  log: (line: string) => void,
  onQuery: QueryListener,
): Promise<Connection> {
  const path = resolve(directory);
  await makeDataDirectory(path);
  const claim = await claimDataDirectory(path);
  try {
    const database = resolve(path, DATABASE_FOLDER);
    await refuseOtherPostgres(database);
    const thread = await DatabaseThread.open(database, log);
    const { pool, db } = openSession(thread, log, onQuery);
    return {
      db,
      reads: primaryReads(db),
      kind: 'embedded',
      migrate: () => migrate(db, log),
      schemaState: () => readSchemaState(db),
      state: async () => {
        await rows(db, sql`select 1`);
        return { connections: [], freeBytes: freeBytes(path) };
      },
      writeRefusal: async () => refusalFor(path, false),
      announce: (url, token) => claim.announce(url, token),
      close: async () => {
        await pool.close();
        await thread.close();
        await claim.release();
      },
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** PGlite has one session, so the pool has one connection. */
function openSession(
  thread: DatabaseThread,
  log: (line: string) => void,
  onQuery: QueryListener,
): { pool: PostgresPool; db: Database } {
  const types: TypeTables = { parsers: {}, serializers: {} };
  const open = () =>
    PostgresConnection.open(ADDRESS, {
      ...{ prepare: true, session: {}, onNotice: log, types },
      socket: { open: threadSocket(thread), timeout: CONNECT_TIMEOUT },
    });
  const pool = new PostgresPool(open, 1, QUEUE_TIMEOUT);
  return { pool, db: databaseOver(pool, types, COMMAND_LIMITS, null, onQuery) };
}

/** Connects the driver once; see `singleSocket` for the reason. */
function threadSocket(thread: DatabaseThread): () => Promise<WireSocket> {
  let isUsed = false;
  return async () => {
    if (isUsed) throw new DatabaseUnavailable('CONNECTION_CLOSED', 'the connection to the database was lost');
    isUsed = true;
    return thread.connect();
  };
}
