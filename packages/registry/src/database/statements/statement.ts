import type { Query, SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { type Database, rowsOf } from './database.js';

// Without a prepared statement, Postgres parses and plans a query each time, and the driver needs a second
// round trip for the parameter types. Prepare only queries that are frequent and use an index for any
// parameters: for others, a generic plan can be much worse than one for the actual values.

const dialect = new PgDialect();

/**
 * A prepared statement. Its text is built once, with `sql.placeholder` for parameters; each connection
 * prepares it once, unless there is a pooler (`isDirect`).
 */
export function statement<Values extends object, Row extends object>(
  query: SQL,
): (db: Database, values: Values) => Promise<Row[]> {
  const built = dialect.sqlToQuery(query);
  return (db, values) => run(db, built, true, values);
}

/** The maximum number of prepared texts: each uses memory of the server on each connection. */
const MOST_TEXTS = 100;

const texts = new Set<string>();

/**
 * Runs a query whose text has a few forms, and prepares each. Beyond `MOST_TEXTS` forms it does not prepare.
 */
export function preparedRows<Row extends object>(db: Database, query: SQL): Promise<Row[]> {
  const built = dialect.sqlToQuery(query);
  if (texts.size < MOST_TEXTS) texts.add(built.sql);
  return run(db, built, texts.has(built.sql), {});
}

async function run<Row extends object>(
  db: Database,
  query: Query,
  isPrepared: boolean,
  values: object,
): Promise<Row[]> {
  // The driver chooses its own names: this one only enables preparation.
  const name = isPrepared ? 'statement' : undefined;
  return rowsOf(await db._.session.prepareQuery(query, undefined, name, false).execute({ ...values }));
}
