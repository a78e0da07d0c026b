import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Connection, DatabaseLocation, QueryListener } from '../connection/connection.js';
import { primaryReads, replicaReads } from '../connection/replica.js';
import { migrate } from '../migrations/migrate.js';
import { readSchemaState } from '../migrations/read-schema-state.js';
import { type Database, rows } from '../statements/database.js';
import { databaseFailureOf } from '../statements/database-failure.js';
import { causesOf } from '../statements/describe-causes.js';
import { isDirect } from './detect-pooler.js';
import { APPLICATION, openPool } from './open-pool.js';
import { COMMAND_LIMITS, HEALTH_LIMITS, SERVICE_LIMITS } from './time-limits.js';

/** Connections of a process to the primary, and again to the replica. */
const CONNECTIONS = 10;

/** Milliseconds between two attempts to reach the database. */
const RETRY_DELAY = 500;

/**
 * Opens a Postgres server, and its read replica if one is configured.
 * @param startTimeout milliseconds to wait for a server that is not reachable yet
 * @throws DatabaseUnavailable, or the server's error, when the server is not reachable in time
 */
export async function connectPostgres(
  location: Extract<DatabaseLocation, { url: string }>,
  log: (line: string) => void,
  onQuery: QueryListener,
  startTimeout: number,
): Promise<Connection> {
  const limits = startTimeout > 0 ? SERVICE_LIMITS : COMMAND_LIMITS;
  const direct = await retryUntilReachable(() => isDirect(location.url), startTimeout, log);
  // A separate connection: health checks and cancellations must work while all others are in use.
  const health = openPool(location.url, { direct, limits: HEALTH_LIMITS, max: 1, log, onQuery });
  const cancel = async (processId: number) => {
    await health.db.execute(sql`select pg_cancel_backend(${processId})`);
  };
  const server = openPool(location.url, { direct, limits, max: CONNECTIONS, cancel, log, onQuery });
  const replica = location.replicaUrl
    ? openPool(location.replicaUrl, {
        // The start does not wait for the replica: an unreachable one is treated as a pooler, which is always
        // safe.
        direct: await isDirect(location.replicaUrl).catch(() => false),
        limits,
        max: CONNECTIONS,
        log,
        onQuery,
      })
    : null;
  const reads = replica ? replicaReads(server.db, replica.db, log) : primaryReads(server.db);
  /** Uses the health connection, or the pool when the server has no free connection for it. */
  const checkHealth = async <Result>(query: (db: Database) => Promise<Result>): Promise<Result> => {
    try {
      return await query(health.db);
    } catch (error) {
      if (databaseFailureOf(error)?.fault !== 'connections') throw error;
      return await query(server.db);
    }
  };
  return {
    db: server.db,
    reads,
    kind: 'postgres',
    migrate: async () => {
      const work = openPool(location.url, { direct, limits: COMMAND_LIMITS, max: 1, log, onQuery: () => {} });
      try {
        await migrate(work.db, log);
      } finally {
        await work.pool.close();
      }
    },
    schemaState: () => checkHealth(readSchemaState),
    writeRefusal: () => checkHealth(writeRefusal),
    state: async () => ({
      freeBytes: null,
      connections: await rows(
        server.db,
        sql`select coalesce(state, 'other') as state, count(*)::int as count from pg_stat_activity
            where datname = current_database() and application_name = ${APPLICATION} group by 1`,
      ),
    }),
    close: async () => {
      reads.close();
      await Promise.all([server.pool.close(), health.pool.close(), replica?.pool.close()]);
    },
  };
}

/** Containers start in any order, so the database may come up later. @param timeout milliseconds */
async function retryUntilReachable<Result>(
  attempt: () => Promise<Result>,
  timeout: number,
  log: (line: string) => void,
): Promise<Result> {
  const until = performance.now() + timeout;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await attempt();
    } catch (error) {
      const fault = databaseFailureOf(error)?.fault;
      if ((fault !== 'away' && fault !== 'connections') || performance.now() > until) throw error;
      if (isFirst) log(`waiting up to ${timeout / 1000} s for the database: ${causesOf(error)}`);
      await sleep(RETRY_DELAY);
    }
  }
}

async function writeRefusal(db: Database): Promise<string | null> {
  const [found] = await rows<{ isStandby: boolean; isReadOnly: boolean }>(
    db,
    sql`select pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only')::bool as "isReadOnly"`,
  );
  if (found?.isStandby) return 'the database is read-only: the server is a standby';
  return found?.isReadOnly ? 'the database is read-only' : null;
}
