import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseTimeSpan, readConfiguration, requireRepositoryName } from './configuration.js';
import { connect } from './database/connect.js';
import { DataDirectoryInUse, type Owner } from './database/embedded/data-directory.js';
import { EmbeddedDatabaseStopped } from './database/embedded/database-thread.js';
import { OtherDatabaseVersion } from './database/embedded/embedded-version.js';
import { DirectoryNotGuarded } from './database/embedded/guard-socket.js';
import { DatabaseTooNew, MigrationsBlocked } from './database/migrations/migrate.js';
import { databaseFailureOf } from './database/statements/database-failure.js';
import { causesOf } from './database/statements/describe-causes.js';
import { collectGarbage } from './doors/commands/collect-garbage.js';
import { moveContent } from './doors/commands/move-content.js';
import {
  describePurged,
  type PurgeWish,
  purgeInDatabase,
  purgeThroughServer,
} from './doors/commands/purge.js';
import { describeTokens, deskOfDatabase, deskOfServer, type TokenDesk } from './doors/commands/tokens.js';
import { UsageError } from './doors/commands/usage-error.js';
import { BlockStoreError } from './store/blocks/block-store-error.js';
import { type StoringConnection, withBlockStore } from './store/blocks/open-block-store.js';
import type { Scope } from './trust/identity/identity.js';

const program = new Command('fixture-registry')
  .description('Keeps the recordings of tests, and tells which behaviour changed.')
  .exitOverride()
  .showHelpAfterError('(fixture-registry --help shows all commands)');

program
  .command('serve')
  .description('run the service until SIGTERM')
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port to listen on; 0 lets the system choose', port, 4000)
  // Loaded only here, so that the other commands need not wait for all of the service.
  .action(async (options: { host: string; port: number }) =>
    (await import('./doors/commands/serve.js')).serve(configuration(), options),
  );

program
  .command('migrate')
  .description('bring the database up to date; serve does it too')
  .action(() =>
    withDatabase(async (connection) => {
      await connection.migrate();
      console.log('the database is up to date');
    }),
  );

const token = program.command('token').description('tokens for repositories');
token
  .command('create')
  .description('make a token; prints it alone, and only this once')
  .requiredOption('--repository <owner/name>', 'the repository it is for')
  .addOption(
    new Option('--scope <scope>', 'what it allows').choices(['read', 'write', 'admin']).makeOptionMandatory(),
  )
  .option('--name <name>', 'what it is for, to tell it from others')
  .option(
    '--ref <pattern>',
    'where a write token may write: a branch, pull/12, release/*; everywhere when left out',
  )
  .option('--expires <span>', 'how long it is valid, such as 90d; for ever when left out')
  .action(
    async (options: { repository: string; scope: Scope; name?: string; ref?: string; expires?: string }) => {
      const wish = {
        ...requireRepositoryName(options.repository),
        scope: options.scope,
        label: options.name ?? null,
        ref: options.ref ?? null,
        expiresAt:
          options.expires === undefined ? null : new Date(Date.now() + parseTimeSpan(options.expires)),
      };
      await withTokens(async (desk) => {
        const made = await desk.create(wish);
        if ('message' in made) throw new Refused(made.message);
        console.log(made.token);
      });
    },
  );
token
  .command('list')
  .description('show all tokens, without their secrets')
  .action(() => withTokens(async (desk) => console.log(describeTokens(await desk.list(), new Date()))));
token
  .command('revoke')
  .description('end a token at once')
  .argument('<id>', 'its number in the list', wholeNumber)
  .action((id: number) =>
    withTokens(async (desk) => {
      const revoked = await desk.revoke(id);
      if ('message' in revoked) throw new Refused(revoked.message);
      console.log(`token ${id} is revoked`);
    }),
  );

program
  .command('gc')
  .description('remove contents that no snapshot refers to')
  .option('--dry-run', 'only say what would be removed', false)
  .action((options: { dryRun: boolean }) =>
    withDatabase(async (connection) => {
      await connection.migrate();
      await collectGarbage(connection, options);
    }),
  );

program
  .command('move-content')
  .description('move the bytes of all contents to where FIXTURE_REGISTRY_CONTENT keeps new ones')
  .option('--dry-run', 'only say what would be moved', false)
  .action((options: { dryRun: boolean }) =>
    withDatabase(async (connection) => {
      await connection.migrate();
      if (!(await moveContent(connection, options))) throw new Refused('not all contents can be moved');
    }),
  );

program
  .command('purge')
  .description('remove the content of a recording for ever, from all snapshots')
  .requiredOption('--repository <owner/name>', 'the repository that holds it')
  .requiredOption('--digest <sha256>', 'the content: the page of a recording shows it, and GraphQL')
  .requiredOption('--reason <text>', 'why; everybody who may read the repository sees it')
  .action(async (options: { repository: string; digest: string; reason: string }) => {
    const { digest, reason } = options;
    const wish: PurgeWish = { ...requireRepositoryName(options.repository), digest, reason };
    const purged = await inDatabaseOrServer(
      (connection) => purgeInDatabase(connection, wish),
      (server) => purgeThroughServer(server, wish),
    );
    if ('message' in purged) throw new Refused(purged.message);
    console.log(describePurged(wish, purged));
  });

/** An expected failure that is not the fault of the command line. */
class Refused extends Error {}

/** Failures whose message says what to do. */
const EXPECTED = [
  ...[Refused, DataDirectoryInUse, DirectoryNotGuarded, EmbeddedDatabaseStopped],
  ...[DatabaseTooNew, MigrationsBlocked, OtherDatabaseVersion],
];

const configuration = () => readConfiguration(process.env);

async function withDatabase<Result>(
  work: (connection: StoringConnection) => Promise<Result>,
): Promise<Result> {
  const { database, content } = configuration();
  const connection = await connect(database, (line) => console.error(line));
  const warn = (line: string, cause: unknown) => console.error(`${line}: ${causesOf(cause)}`);
  try {
    return await work(await withBlockStore(connection, content, warn));
  } finally {
    await connection.close();
  }
}

function withTokens(work: (desk: TokenDesk) => Promise<void>): Promise<void> {
  return inDatabaseOrServer(
    (connection) => work(deskOfDatabase(connection)),
    (server) => work(deskOfServer(server)),
  );
}

/** The embedded database belongs to one process: while a server has it, tokens and purges go through that server. */
async function inDatabaseOrServer<Result>(
  inDatabase: (connection: StoringConnection) => Promise<Result>,
  throughServer: (server: Owner & { url: string; token: string }) => Promise<Result>,
): Promise<Result> {
  try {
    return await withDatabase(async (connection) => {
      await connection.migrate();
      return inDatabase(connection);
    });
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error;
    const { owner } = error;
    if (owner.url === undefined || owner.token === undefined) throw error;
    return throughServer({ ...owner, url: owner.url, token: owner.token });
  }
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('a port is a number from 0 to 65535.');
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('it is a number; fixture-registry token list shows them.');
}

/** Exit status: 0 done, 1 failed, 2 wrong usage. */
async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      console.error(`fixture-registry: ${error.message}`);
      return 2;
    }
    if (EXPECTED.some((kind) => error instanceof kind)) {
      console.error(`fixture-registry: ${(error as Error).message}`);
      return 1;
    }
    if (error instanceof BlockStoreError) {
      console.error(`fixture-registry: ${causesOf(error)}`);
      return 1;
    }
    const failure = databaseFailureOf(error);
    if (failure) {
      const advice = failure.fault === 'away' ? '. Check that it runs, and the address in DATABASE_URL' : '';
      console.error(`fixture-registry: ${failure.message}: ${rootCauseOf(error)}${advice}`);
      if (process.env['FIXTURE_REGISTRY_DEBUG']) console.error(error);
      return 1;
    }
    console.error(`fixture-registry: ${describeFailure(error)}`);
    return 1;
  }
}

/** What the network or the server said, without the statement that was to run. */
function rootCauseOf(error: unknown): string {
  let cause = error as Error & { code?: string };
  while (cause.cause instanceof Error) cause = cause.cause as typeof cause;
  return cause.message || cause.code || cause.name;
}

/** A failure in one line; where it happened in the code is shown on request. */
function describeFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (process.env['FIXTURE_REGISTRY_DEBUG']) console.error(error);
  const code = (cause as NodeJS.ErrnoException).code;
  const message = cause instanceof Error ? cause.message || code : String(cause);
  return `${message} (set FIXTURE_REGISTRY_DEBUG=1 to see where)`;
}

process.exitCode = await main();
