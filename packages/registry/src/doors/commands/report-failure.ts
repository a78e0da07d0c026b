import { DataDirectoryInUse } from '../../database/embedded/data-directory.js';
import { EmbeddedDatabaseStopped } from '../../database/embedded/database-thread.js';
import { OtherDatabaseVersion } from '../../database/embedded/embedded-version.js';
import { DirectoryNotGuarded } from '../../database/embedded/guard-socket.js';
import { DataDirectoryUnusable } from '../../database/embedded/make-data-directory.js';
import { DatabaseTooNew, MigrationsBlocked } from '../../database/migrations/migrate.js';
import { type DatabaseFault, databaseFailureOf } from '../../database/statements/database-failure.js';
import { causesOf } from '../../database/statements/describe-causes.js';
import { BlockStoreError } from '../../store/blocks/block-store-error.js';
import { CommandFailed } from './command-failed.js';
import { databaseAddress } from './database-address.js';
import { UsageError } from './usage-error.js';

/** Failures whose message says what to do. */
const EXPECTED = [
  ...[CommandFailed, DataDirectoryInUse, DataDirectoryUnusable, DirectoryNotGuarded, EmbeddedDatabaseStopped],
  ...[DatabaseTooNew, MigrationsBlocked, OtherDatabaseVersion],
];

const ADVICE: Partial<Record<DatabaseFault, string>> = {
  away: 'Check that it is running, and the address in DATABASE_URL',
  login: 'Check the user, the password and the database name in DATABASE_URL',
  'read-only': 'Set DATABASE_URL to the primary',
  full: 'Free disk space on the database server',
  connections: 'Raise max_connections, or stop other clients of the database',
};

/** Prints a failure to stderr. Returns the exit status: 1 for a failure, 2 for wrong usage. */
export function reportFailure(error: unknown): 1 | 2 {
  console.error(`fixture-registry: ${describeFailure(error)}`);
  if (process.env['FIXTURE_REGISTRY_DEBUG'] && !isExpected(error)) console.error(error);
  return error instanceof UsageError ? 2 : 1;
}

function isExpected(error: unknown): boolean {
  return [UsageError, BlockStoreError, ...EXPECTED].some((kind) => error instanceof kind);
}

/** A failure on one line. It contains no stack trace and no SQL statement. */
function describeFailure(error: unknown): string {
  if (error instanceof BlockStoreError) return causesOf(error);
  if (isExpected(error)) return (error as Error).message;
  const failure = databaseFailureOf(error);
  if (failure) {
    const address = databaseAddress(process.env['DATABASE_URL']);
    const where = address === null ? '' : ` (${address})`;
    const advice = ADVICE[failure.fault];
    return `${failure.message}${where}: ${rootCauseOf(error)}${advice ? `. ${advice}` : ''}`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  const message = cause instanceof Error ? cause.message || code : String(cause);
  return `${message} (set FIXTURE_REGISTRY_DEBUG=1 for the stack trace)`;
}

/** The message of the network or the database server, without the SQL statement. */
function rootCauseOf(error: unknown): string {
  let cause = error as Error & { code?: string };
  while (cause.cause instanceof Error) cause = cause.cause as typeof cause;
  return cause.message || cause.code || cause.name;
}
