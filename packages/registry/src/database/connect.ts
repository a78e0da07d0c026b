import { connectPostgres } from './connect-postgres.js';
import type { Connection, DatabaseLocation, QueryListener } from './connection.js';
import { connectEmbedded } from './embedded/connect-embedded.js';

export type { Connection, DatabaseLocation, QueryListener } from './connection.js';

/**
 * Opens the database. Throws `DataDirectoryInUse` when another process has the embedded one.
 * @param log receives the server's notices, one line each.
 */
export async function connect(
  location: DatabaseLocation,
  log: (line: string) => void,
  onQuery: QueryListener = () => {},
): Promise<Connection> {
  const logger = { logQuery: onQuery };
  return 'url' in location
    ? connectPostgres(location, log, logger)
    : connectEmbedded(location.directory, log, logger);
}
