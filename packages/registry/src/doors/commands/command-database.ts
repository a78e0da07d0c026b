import { connect } from '../../database/connect.js';
import { DataDirectoryInUse, type Owner } from '../../database/embedded/data-directory.js';
import { causesOf } from '../../database/statements/describe-causes.js';
import { type StoringConnection, withBlockStore } from '../../store/blocks/open-block-store.js';
import { requireDatabase } from './require-database.js';
import type { Configuration } from './serve.js';

/** A running server that owns the embedded database, with the token that its data directory holds. */
export type OwningServer = Owner & { url: string; token: string };

type Places = Pick<Configuration, 'database' | 'content'>;

/** Opens the database for one command, and closes it afterwards. Messages go to stderr. */
async function withDatabase<Result>(
  { database, content }: Places,
  work: (connection: StoringConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(database, (line) => console.error(line));
  const warn = (line: string, cause: unknown) => console.error(`${line}: ${causesOf(cause)}`);
  try {
    return await work(await withBlockStore(connection, content, warn));
  } finally {
    await connection.close();
  }
}

/**
 * Migrates an existing database, then runs the command on it.
 * @param mayFillEmpty creates an embedded database in a directory that exists and is empty
 * @throws CommandFailed when there is no embedded database
 */
export async function withMigratedDatabase<Result>(
  places: Places,
  work: (connection: StoringConnection) => Promise<Result>,
  options = { mayFillEmpty: false },
): Promise<Result> {
  await requireDatabase(places.database, options);
  return withDatabase(places, async (connection) => {
    await connection.migrate();
    return work(connection);
  });
}

/**
 * Runs a command on the database, or through the server that owns it: only one process can open an
 * embedded database.
 * @throws DataDirectoryInUse when the owner is not a server
 * @throws CommandFailed when there is no embedded database
 */
export async function withDatabaseOrServer<Result>(
  places: Places,
  inDatabase: (connection: StoringConnection) => Promise<Result>,
  throughServer: (server: OwningServer) => Promise<Result>,
): Promise<Result> {
  try {
    return await withMigratedDatabase(places, inDatabase);
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error;
    const { owner } = error;
    if (owner.url === undefined || owner.token === undefined) throw error;
    return throughServer({ ...owner, url: owner.url, token: owner.token });
  }
}
