import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Connection, QueryListener } from '../connection/connection.js';
import { readsOf } from '../connection/replica.js';
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
import { refusalFor } from './free-space.js';
import type { WireSocket } from './wire-socket.js';

/** What the driver needs to be told of a server; nothing is connected to by this address. */
const ADDRESS = 'postgres://postgres@embedded/postgres';

/** Seconds that a new thread may take to open the database. */
const CONNECT_TIMEOUT = 60;

/** Milliseconds that a question waits for those before it: all share one session. */
const PATIENCE = 120_000;

/** Opens PGlite in a directory of its own. Throws `DataDirectoryInUse` when another process has it. */
export async function connectEmbedded(
  directory: string,
  log: (line: string) => void,
  onQuery: QueryListener,
): Promise<Connection> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimDataDirectory(path);
  try {
    const database = resolve(path, 'database');
    await refuseOtherPostgres(database);
    const thread = await DatabaseThread.open(database, log);
    const { pool, db } = openSession(thread, log, onQuery);
    return {
      db,
      reads: readsOf(db),
      kind: 'embedded',
      migrate: () => migrate(db, log),
      schemaState: () => readSchemaState(db),
      state: async () => {
        await rows(db, sql`select 1`);
        return { connections: [] };
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

/** PGlite has one session, so the pool has one connection. A new one is made when the thread was replaced. */
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
  const pool = new PostgresPool(open, 1, PATIENCE);
  return { pool, db: databaseOver(pool, types, COMMAND_LIMITS, null, onQuery) };
}

/** Connects once; see `singleSocket`. */
function threadSocket(thread: DatabaseThread): () => Promise<WireSocket> {
  let isUsed = false;
  return async () => {
    if (isUsed) throw new DatabaseUnavailable('CONNECTION_CLOSED', 'the connection to the database was lost');
    isUsed = true;
    return thread.connect();
  };
}
