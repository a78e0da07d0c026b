import type { DatabaseState } from '../../telemetry/metrics.js';
import type { SchemaState } from '../migrations/schema-state.js';
import type { Database } from '../statements/database.js';
import type { Reads } from './replica.js';

/** Where the data lives: a Postgres server, optionally with a read replica, or a directory for PGlite. */
export type DatabaseLocation = { url: string; replicaUrl?: string | null } | { directory: string };

export interface Connection {
  db: Database;
  /** Where to read what may come from a replica. Writes, and reads that lead to them, use `db`. */
  reads: Reads;
  kind: 'postgres' | 'embedded';
  /**
   * Applies what is missing of the migrations; safe to call from several processes at once.
   * @throws DatabaseTooNew when a newer build migrated the database and this one cannot work with it
   */
  migrate(): Promise<void>;
  /** How the schema compares with this build now. Throws when the database does not answer. */
  schemaState(): Promise<SchemaState>;
  /** Why nothing can be written now; null when it can, as far as is known. Throws when it does not answer. */
  writeRefusal(): Promise<string | null>;
  /** What the server says of its connections; see `/metrics`. */
  state(): Promise<DatabaseState>;
  /** Tells other commands how to reach the server that has the embedded database. */
  announce?(url: string, token: string): Promise<void>;
  close(): Promise<void>;
}

/** Told of each query, without what it is asked with. */
export type QueryListener = (query: string) => void;
