import type { Database } from '../statements/database.js';
import { type KnownMigrations, readKnownMigrations } from './known-migrations.js';
import { compareSchema, type SchemaState } from './schema-state.js';
import { findSchema } from './schema-store.js';

/** The migrations of this build: its files do not change while it runs. */
let known: KnownMigrations | null = null;

/** How the schema of the database compares with this build now. Throws when the database does not answer. */
export async function readSchemaState(db: Database): Promise<SchemaState> {
  known ??= readKnownMigrations();
  return compareSchema(known, await findSchema(db));
}
