import type { Database } from '../statements/database.js';
import { type KnownMigrations, readKnownMigrations } from './known-migrations.js';
import { compareSchema, type SchemaState } from './schema-state.js';
import { findSchema } from './schema-store.js';

/** Cached: the migrations of a build do not change while it runs. */
let known: KnownMigrations | null = null;

/** Compares the current schema of the database with this build. Throws when the database is not reachable. */
export async function readSchemaState(db: Database): Promise<SchemaState> {
  known ??= readKnownMigrations();
  return compareSchema(known, await findSchema(db));
}
