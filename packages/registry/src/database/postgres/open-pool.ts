import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type * as schema from '../schema/schema.js';
import type { Cancel } from './cancellable.js';
import { databaseOver } from './postgres-client.js';
import { PostgresConnection, type TypeTables } from './postgres-connection.js';
import { PostgresPool } from './postgres-pool.js';
import { sessionParameters, type TimeLimits } from './time-limits.js';

/** The `application_name` of all connections. */
export const APPLICATION = 'fixture-registry';

export interface PoolOptions {
  /** Whether the URL leads to the server itself, not to a pooler; see `isDirect`. */
  direct: boolean;
  limits: TimeLimits;
  /** Maximum number of connections. */
  max: number;
  /** Cancels queries of disconnected callers; without it they run to their end. */
  cancel?: Cancel;
  log(line: string): void;
  onQuery(query: string): void;
}

/** Creates a connection pool and the database over it. Connections open on demand. */
export function openPool(
  url: string,
  { direct, limits, max, cancel, log, onQuery }: PoolOptions,
): { pool: PostgresPool; db: PostgresJsDatabase<typeof schema> } {
  const types: TypeTables = { parsers: {}, serializers: {} };
  // A pooler rejects session parameters that it does not know, so behind one only transactions have time
  // limits.
  const session = { application_name: APPLICATION, ...(direct && sessionParameters(limits)) };
  const open = () => PostgresConnection.open(url, { prepare: direct, session, onNotice: log, types });
  const pool = new PostgresPool(open, max);
  return { pool, db: databaseOver(pool, types, limits, direct && cancel ? cancel : null, onQuery) };
}
