import type { Connection, DatabaseLocation, QueryListener } from './connection/connection.js';
import { connectEmbedded } from './embedded/connect-embedded.js';
import { connectPostgres } from './postgres/connect-postgres.js';

export type { Connection, DatabaseLocation, QueryListener } from './connection/connection.js';

/**
 * Opens the database.
 * @param log receives the server's notices, one line each
 * @param patience milliseconds to wait for a Postgres that does not answer yet; a service has some, a command none
 * @throws DataDirectoryInUse when another process has the embedded one, DatabaseUnavailable or the server's error
 * when Postgres does not answer
 */
export async function connect(
  location: DatabaseLocation,
  log: (line: string) => void,
  onQuery: QueryListener = () => {},
  patience = 0,
): Promise<Connection> {
  return 'url' in location
    ? connectPostgres(location, log, onQuery, patience)
    : connectEmbedded(location.directory, log, onQuery);
}
