import type { DatabaseState } from '../../telemetry/metrics.js';
import type { SchemaState } from '../migrations/schema-state.js';
import type { Database } from '../statements/database.js';
import type { Reads } from './replica.js';

/** The location of the data: a Postgres server, optionally with a read replica, or a directory for PGlite. */
export type DatabaseLocation = { url: string; replicaUrl?: string | null } | { directory: string };

export interface Connection {
  db: Database;
  /** Chooses the database for reads that a replica may serve. Writes, and reads before a write, use `db`. */
  reads: Reads;
  kind: 'postgres' | 'embedded';
  /**
   * Applies the missing migrations. Several processes may call it at once.
   * @throws DatabaseTooNew when a newer build migrated the database and this one cannot work with it
   */
  migrate(): Promise<void>;
  /** Compares the current schema with this build. Throws when the database is not reachable. */
  schemaState(): Promise<SchemaState>;
  /** The reason why writes would fail now, or null. Throws when the database is not reachable. */
  writeRefusal(): Promise<string | null>;
  /** The open connections by state, for `/metrics`. */
  state(): Promise<DatabaseState>;
  /** Publishes the URL and an admin token, so that commands can reach the owner of the embedded database. */
  announce?(url: string, token: string): Promise<void>;
  close(): Promise<void>;
}

/** Receives the text of each query, without its parameters. */
export type QueryListener = (query: string) => void;
