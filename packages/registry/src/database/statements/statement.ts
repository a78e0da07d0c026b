import type { Query, SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { type Database, rowsOf } from './database.js';

// A query that is not prepared is parsed and planned each time, and takes two round trips: one to learn the types of its
// parameters. Prepared is what is asked often and found by an index whatever it is asked with; for other queries a plan
// that was made without knowing the values could be much the worse one.

const dialect = new PgDialect();

/**
 * A question of one form: its text is made once, with `sql.placeholder` where values go, and each connection to the
 * database prepares it once, where that may be done (`isDirect`).
 */
export function statement<Values extends object, Row extends object>(
  query: SQL,
): (db: Database, values: Values) => Promise<Row[]> {
  const built = dialect.sqlToQuery(query);
  return (db, values) => run(db, built, true, values);
}

/** Texts that are prepared at most: the server has memory for each of them on each connection. */
const MOST_TEXTS = 100;

const texts = new Set<string>();

/**
 * The rows of a query whose text takes several forms, but few, each prepared. Whoever asks in ever other ways is
 * answered as well, without.
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
  // The driver names statements itself: this only says that the query is one.
  const name = isPrepared ? 'statement' : undefined;
  return rowsOf(await db._.session.prepareQuery(query, undefined, name, false).execute({ ...values }));
}
