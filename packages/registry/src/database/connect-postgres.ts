import { sql } from 'drizzle-orm';
import type { Logger } from 'drizzle-orm/logger';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { databaseBlocks } from '../blocks/database-blocks.js';
import type { Connection, DatabaseLocation } from './connection.js';
import { type Database, rows } from './database.js';
import { isDirect } from './is-direct.js';
import { migrate } from './migrations/migrate.js';
import { readSchemaState } from './migrations/read-schema-state.js';
import { readsOf, readsWithReplica } from './replica.js';
import * as schema from './schema.js';

/** By what name Postgres knows the connections of all processes. */
const APPLICATION = 'fixture-registry';

/** Opens a Postgres server, and its read replica if there is one. */
export async function connectPostgres(
  location: Extract<DatabaseLocation, { url: string }>,
  log: (line: string) => void,
  logger: Logger,
): Promise<Connection> {
  const [client, replica] = await Promise.all([
    openPostgres(location.url, log),
    location.replicaUrl ? openPostgres(location.replicaUrl, log) : null,
  ]);
  const db: Database = drizzle(client, { schema, logger });
  const reads = replica ? readsWithReplica(db, drizzle(replica, { schema, logger }), log) : readsOf(db);
  return {
    db,
    reads,
    blocks: databaseBlocks,
    kind: 'postgres',
    migrate: () => migrate(db, log),
    schemaState: () => readSchemaState(db),
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
