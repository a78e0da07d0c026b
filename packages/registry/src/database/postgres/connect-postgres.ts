import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Connection, DatabaseLocation, QueryListener } from '../connection/connection.js';
import { readsOf, readsWithReplica } from '../connection/replica.js';
import { migrate } from '../migrations/migrate.js';
import { readSchemaState } from '../migrations/read-schema-state.js';
import { causesOf } from '../statements/causes-of.js';
import { type Database, rows } from '../statements/database.js';
import { databaseFailureOf } from '../statements/database-failure.js';
import { isDirect } from './is-direct.js';
import { APPLICATION, openPool } from './open-pool.js';
import { COMMAND_LIMITS, HEALTH_LIMITS, SERVICE_LIMITS } from './time-limits.js';

/** Connections of a process to the primary, and to a replica. */
const CONNECTIONS = 10;

/** Milliseconds between two looks whether the database answers at last. */
const PAUSE = 500;

/** Opens a Postgres server, and its read replica if there is one. Throws where the server does not answer in time. */
export async function connectPostgres(
  location: Extract<DatabaseLocation, { url: string }>,
  log: (line: string) => void,
  onQuery: QueryListener,
  patience: number,
): Promise<Connection> {
  const limits = patience > 0 ? SERVICE_LIMITS : COMMAND_LIMITS;
  const direct = await untilAnswers(() => isDirect(location.url), patience, log);
  // Health is looked at while all other connections are in use, too; and questions are cancelled.
  const health = openPool(location.url, { direct, limits: HEALTH_LIMITS, max: 1, log, onQuery });
  const cancel = async (processId: number) => {
    await health.db.execute(sql`select pg_cancel_backend(${processId})`);
  };
  const server = openPool(location.url, { direct, limits, max: CONNECTIONS, cancel, log, onQuery });
  const replica = location.replicaUrl
    ? openPool(location.replicaUrl, {
        // Nobody waits for a replica: without an answer it is used as a pooler is, which is always safe.
        direct: await isDirect(location.replicaUrl).catch(() => false),
        limits,
        max: CONNECTIONS,
        log,
        onQuery,
      })
    : null;
  const reads = replica ? readsWithReplica(server.db, replica.db, log) : readsOf(server.db);
  /** Looks on the connection for health, or on another where the server has no room for it. */
  const look = async <Result>(ask: (db: Database) => Promise<Result>): Promise<Result> => {
    try {
      return await ask(health.db);
    } catch (error) {
      if (databaseFailureOf(error)?.fault !== 'connections') throw error;
      return await ask(server.db);
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
    schemaState: () => look(readSchemaState),
    writeRefusal: () => look(writeRefusal),
    state: async () => ({
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

/** Containers start in any order: what is away may come. @param patience in milliseconds */
async function untilAnswers<Result>(
  ask: () => Promise<Result>,
  patience: number,
  log: (line: string) => void,
): Promise<Result> {
  const until = performance.now() + patience;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await ask();
    } catch (error) {
      const fault = databaseFailureOf(error)?.fault;
      if ((fault !== 'away' && fault !== 'connections') || performance.now() > until) throw error;
      if (isFirst) log(`waiting up to ${patience / 1000} s for the database: ${causesOf(error)}`);
      await sleep(PAUSE);
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
