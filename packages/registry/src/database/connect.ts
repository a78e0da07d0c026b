import type { Connection, DatabaseLocation, QueryListener } from './connection/connection.js';
import { connectEmbedded } from './embedded/connect-embedded.js';
import { connectPostgres } from './postgres/connect-postgres.js';

export type { Connection, DatabaseLocation, QueryListener } from './connection/connection.js';

/**
 * Opens the database: Postgres for a URL, PGlite for a directory.
 * @param log receives the server's notices, one line each
 * @param startTimeout milliseconds to wait for a Postgres that is not reachable yet; 0: fail at once
 * @throws DataDirectoryInUse when another process uses the data directory
 * @throws DatabaseUnavailable, or the server's error, when Postgres is not reachable
 */
export async function connect(
  location: DatabaseLocation,
  log: (line: string) => void,
  onQuery: QueryListener = () => {},
  startTimeout = 0,
): Promise<Connection> {
  return 'url' in location
    ? connectPostgres(location, log, onQuery, startTimeout)
    : connectEmbedded(location.directory, log, onQuery);
}
