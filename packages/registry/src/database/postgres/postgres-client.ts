import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import * as schema from '../schema/schema.js';
import { leavingSignal } from '../statements/leaving-caller.js';
import { type Cancel, runUntilLeft } from './cancellable.js';
import type { PostgresConnection, QueryOptions, TypeTables } from './postgres-connection.js';
import type { PostgresPool } from './postgres-pool.js';
import { beginning, type TimeLimits } from './time-limits.js';

// What drizzle uses of the driver's client, over our own pool.

/** A question that runs when it is awaited, as the driver's do. */
interface Question extends PromiseLike<unknown> {
  values(): Promise<unknown>;
}

type Run = (
  text: string,
  parameters: unknown[],
  options: QueryOptions,
  asValues: boolean,
) => Promise<unknown>;

/**
 * The database over a pool.
 * @param types where drizzle puts its own readers and writers of types, for the connections of the pool
 * @param cancel cancels questions of callers that left; null where that cannot be done
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
    unsafe: questions((...query) => {
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

/** Runs work in a transaction, which is committed when the work is done, and rolled back when it fails. */
async function inTransaction<Result>(
  connection: PostgresConnection,
  limits: TimeLimits,
  work: (client: unknown) => Promise<Result>,
): Promise<Result> {
  await connection.run(beginning(limits));
  let result: Result;
  try {
    result = await work(transactionClient(connection));
  } catch (error) {
    // A connection whose transaction does not end must not be lent again.
    await connection.run('rollback').catch(() => connection.close(0));
    throw error;
  }
  const { command } = await connection.run('commit');
  // Postgres answers the commit of a failed transaction with a rollback, and no error.
  if (command !== 'COMMIT') throw new Error('a statement failed, so the transaction was rolled back');
  return result;
}

function transactionClient(connection: PostgresConnection) {
  let savepoints = 0;
  const client = {
    unsafe: questions((...query) => connection.run(...query)),
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

function questions(run: Run) {
  return (text: string, parameters: unknown[] = [], options: QueryOptions = {}): Question => ({
    values: () => run(text, parameters, options, true),
    // biome-ignore lint/suspicious/noThenProperty: drizzle awaits the driver's lazy query
    then: (done, failed) => run(text, parameters, options, false).then(done, failed),
  });
}
