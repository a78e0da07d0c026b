import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from '../schema/schema.js';

/** A database of either driver, or a transaction on it. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

/** Runs a query and returns its rows as plain objects. */
export async function rows<Row extends object>(db: Database, query: SQL): Promise<Row[]> {
  return rowsOf(await db.execute(query));
}

/** The rows of a result, which the two drivers wrap differently. */
export function rowsOf<Row extends object>(result: unknown): Row[] {
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[];
}
