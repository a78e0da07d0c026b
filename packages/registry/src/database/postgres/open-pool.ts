import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type * as schema from '../schema/schema.js';
import type { Cancel } from './cancellable.js';
import { databaseOver } from './postgres-client.js';
import { PostgresConnection, type TypeTables } from './postgres-connection.js';
import { PostgresPool } from './postgres-pool.js';
import { sessionParameters, type TimeLimits } from './time-limits.js';

/** By what name Postgres knows the connections of all processes. */
export const APPLICATION = 'fixture-registry';

export interface PoolOptions {
  /** Whether connections are the server's own and not a pooler's; see `isDirect`. */
  direct: boolean;
  limits: TimeLimits;
  /** Connections at most. */
  max: number;
  /** Cancels questions of callers that left; without it they run to their end. */
  cancel?: Cancel;
  log(line: string): void;
  onQuery(query: string): void;
}

/** Makes a pool of connections to a server, and the database over it. Nothing is opened before it is needed. */
export function openPool(
  url: string,
  { direct, limits, max, cancel, log, onQuery }: PoolOptions,
): { pool: PostgresPool; db: PostgresJsDatabase<typeof schema> } {
  const types: TypeTables = { parsers: {}, serializers: {} };
  // A pooler refuses parameters that it does not know; there only transactions have limits.
  const session = { application_name: APPLICATION, ...(direct && sessionParameters(limits)) };
  const open = () => PostgresConnection.open(url, { prepare: direct, session, onNotice: log, types });
  const pool = new PostgresPool(open, max);
  return { pool, db: databaseOver(pool, types, limits, direct && cancel ? cancel : null, onQuery) };
}
