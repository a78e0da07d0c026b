import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import * as schema from '../schema/schema.js';
import { leavingSignal } from '../statements/leaving-caller.js';
import { type Cancel, runUntilLeft } from './cancellable.js';
import type { PostgresConnection, QueryOptions, TypeTables } from './postgres-connection.js';
import type { PostgresPool } from './postgres-pool.js';
import { beginStatement, type TimeLimits } from './time-limits.js';

// The part of the driver's client that drizzle uses, over our own pool.

/** A query that runs when it is awaited, like the driver's. */
interface LazyQuery extends PromiseLike<unknown> {
  values(): Promise<unknown>;
}

type Run = (
  text: string,
  parameters: unknown[],
  options: QueryOptions,
  asValues: boolean,
) => Promise<unknown>;

/**
 * Creates the drizzle database over a pool.
 * @param types receives drizzle's parsers and serializers, which the pool's connections use
 * @param cancel cancels queries of disconnected callers; null when the server is behind a pooler
 * @param onQuery receives the text of each query
 */
export function databaseOver(
  pool: PostgresPool,
  types: TypeTables,
  limits: TimeLimits,
  cancel: Cancel | null,
  onQuery: (query: string) => void,
): PostgresJsDatabase<typeof schema> {
  const client = {
    options: types,
    unsafe: lazyQueries((...query) => {
      const left = cancel === null ? null : leavingSignal();
      return pool.use((connection) =>
        left === null || cancel === null
          ? connection.run(...query)
          : runUntilLeft(connection, left, cancel, () => connection.run(...query)),
      );
    }),
    begin: <Result>(work: (client: unknown) => Promise<Result>) =>
      pool.use((connection) => inTransaction(connection, limits, work)),
  };
  return drizzle(client as unknown as postgres.Sql, { schema, logger: { logQuery: onQuery } });
}

/** Runs work in a transaction: commits when it resolves, rolls back when it rejects. */
async function inTransaction<Result>(
  connection: PostgresConnection,
  limits: TimeLimits,
  work: (client: unknown) => Promise<Result>,
): Promise<Result> {
  await connection.run(beginStatement(limits));
  let result: Result;
  try {
    result = await work(transactionClient(connection));
  } catch (error) {
    // A connection whose transaction cannot be rolled back must not be reused.
    await connection.run('rollback').catch(() => connection.close(0));
    throw error;
  }
  const { command } = await connection.run('commit');
  // Postgres rolls back a failed transaction on `commit` without an error.
  if (command !== 'COMMIT') throw new Error('a statement failed, so the transaction was rolled back');
  return result;
}

function transactionClient(connection: PostgresConnection) {
  let savepoints = 0;
  const client = {
    unsafe: lazyQueries((...query) => connection.run(...query)),
    savepoint: async <Result>(work: (client: unknown) => Promise<Result>): Promise<Result> => {
      const name = `s${savepoints++}`;
      await connection.run(`savepoint ${name}`);
      try {
        return await work(client);
      } catch (error) {
        await connection.run(`rollback to ${name}`);
        throw error;
      }
    },
  };
  return client;
}

function lazyQueries(run: Run) {
  return (text: string, parameters: unknown[] = [], options: QueryOptions = {}): LazyQuery => ({
    values: () => run(text, parameters, options, true),
    // biome-ignore lint/suspicious/noThenProperty: drizzle awaits the driver's lazy query
    then: (done, failed) => run(text, parameters, options, false).then(done, failed),
  });
}
