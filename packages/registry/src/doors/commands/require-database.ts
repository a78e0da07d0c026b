import type { DatabaseLocation } from '../../database/connect.js';
import { type DataDirectoryState, findDatabase } from '../../database/embedded/find-database.js';
import { CommandFailed } from './command-failed.js';

const FOUND: Record<Exclude<DataDirectoryState, 'database'>, string> = {
  absent: 'does not exist',
  file: 'is a file',
  empty: 'is empty',
  other: 'contains no database',
};

/**
 * Refuses an embedded database that does not exist, because only `serve` creates one: a wrong directory must
 * not look like an empty registry.
 * @param mayFillEmpty accepts an existing directory that is empty
 * @throws CommandFailed
 */
export async function requireDatabase(
  location: DatabaseLocation,
  options: { mayFillEmpty: boolean },
): Promise<void> {
  if ('url' in location) return;
  const { directory } = location;
  const state = await findDatabase(directory).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(
      `cannot read the data directory ${directory} (${error.code}): run the command as the user that runs ` +
        '"fixture-registry serve"',
    );
  });
  if (state === 'database' || (state === 'empty' && options.mayFillEmpty)) return;
  throw new CommandFailed(
    `the data directory ${directory} ${FOUND[state]}, so there is no database to use. Name another directory ` +
      'with --data or FIXTURE_REGISTRY_DATA, set DATABASE_URL, or run "fixture-registry serve", which creates ' +
      'the database',
  );
}
