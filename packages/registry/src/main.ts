import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseTimeSpan, readConfiguration, requireRepositoryName } from './configuration.js';
import { withDatabaseOrServer, withMigratedDatabase } from './doors/commands/command-database.js';
import { CommandFailed } from './doors/commands/command-failed.js';
import { gcThroughServer } from './doors/commands/gc-through-server.js';
import { moveContent } from './doors/commands/move-content.js';
import {
  describePurged,
  type PurgeRequest,
  purgeInDatabase,
  purgeThroughServer,
} from './doors/commands/purge.js';
import { reportFailure } from './doors/commands/report-failure.js';
import { databaseTokens, describeTokens, serverTokens, type TokenManager } from './doors/commands/tokens.js';
import { collectGarbage } from './store/garbage/collect-garbage.js';
import type { Scope } from './trust/identity/identity.js';
import { buildVersion } from './vocabulary/build-version.js';

const configuration = () => readConfiguration(process.env, program.opts<{ data?: string }>());

const program = new Command('fixture-registry')
  .description("Stores recordings of API calls for tests, and reports how the tests' behaviour changes.")
  .version(buildVersion(), '--version', 'print the version')
  .option('--data <directory>', 'directory of the embedded database (default: FIXTURE_REGISTRY_DATA)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .showHelpAfterError('(fixture-registry --help lists all commands)');

program
  .command('serve')
  .description('run the service until SIGTERM')
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port to listen on; 0 selects a free port', port, 4000)
  // Imported here, so that the other commands start without loading the whole service.
  .action(async (options: { host: string; port: number }) =>
    (await import('./doors/commands/serve.js')).serve(configuration(), options),
  );

program
  .command('migrate')
  .description('migrate the database to this version; serve does it on start')
  .action(() =>
    withMigratedDatabase(configuration(), async () => console.log('the database is up to date'), {
      mayFillEmpty: true,
    }),
  );

const token = program.command('token').description('manage the tokens of repositories');
token
  .command('create')
  .description('create a token and print it; it cannot be shown again')
  .requiredOption('--repository <owner/name>', 'the repository of the token')
  .addOption(
    new Option('--scope <scope>', 'what the token can do')
      .choices(['read', 'write', 'admin'])
      .makeOptionMandatory(),
  )
  .option('--name <name>', 'a name for the token, shown in lists')
  .option(
    '--ref <pattern>',
    'limit a write token to matching refs: a branch, pull/12, release/* (default: all refs)',
  )
  .option('--expires <span>', 'lifetime of the token, such as 90d (default: never expires)')
  .action(
    async (options: { repository: string; scope: Scope; name?: string; ref?: string; expires?: string }) => {
      const request = {
        ...requireRepositoryName(options.repository),
        scope: options.scope,
        label: options.name ?? null,
        ref: options.ref ?? null,
        expiresAt:
          options.expires === undefined ? null : new Date(Date.now() + parseTimeSpan(options.expires)),
      };
      await withTokens(async (tokens) => {
        const created = await tokens.create(request);
        if ('message' in created) throw new CommandFailed(created.message);
        console.log(created.token);
      });
    },
  );
token
  .command('list')
  .description('list all tokens, without their secrets')
  .action(() => withTokens(async (tokens) => console.log(describeTokens(await tokens.list(), new Date()))));
token
  .command('revoke')
  .description('revoke a token immediately')
  .argument('<id>', 'the number of the token in the list', tokenNumber)
  .action((id: number) =>
    withTokens(async (tokens) => {
      const revoked = await tokens.revoke(id);
      if ('message' in revoked) throw new CommandFailed(revoked.message);
      console.log(`token ${id} is revoked`);
    }),
  );

program
  .command('gc')
  .description('remove what retention no longer keeps, and contents that no snapshot refers to')
  .option('--dry-run', 'only print what would be removed', false)
  .action((options: { dryRun: boolean }) =>
    withDatabaseOrServer(
      configuration(),
      (connection) => collectGarbage(connection, options, console.log),
      (server) => gcThroughServer(server, options, console.log),
    ),
  );

program
  .command('move-content')
  .description('move all contents to the store in FIXTURE_REGISTRY_CONTENT')
  .option('--dry-run', 'only print what would be moved', false)
  .action((options: { dryRun: boolean }) =>
    withMigratedDatabase(configuration(), async (connection) => {
      if (!(await moveContent(connection, options))) {
        throw new CommandFailed('not all contents can be moved');
      }
    }),
  );

program
  .command('purge')
  .description('permanently remove the content of a recording from all snapshots')
  .requiredOption('--repository <owner/name>', 'the repository of the recording')
  .requiredOption('--digest <sha256>', 'the digest of the recording: its page and GraphQL show it')
  .requiredOption('--reason <text>', 'the reason; everyone who can read the repository sees it')
  .action(async (options: { repository: string; digest: string; reason: string }) => {
    const { digest, reason } = options;
    const request: PurgeRequest = { ...requireRepositoryName(options.repository), digest, reason };
    const purged = await withDatabaseOrServer(
      configuration(),
      (connection) => purgeInDatabase(connection, request),
      (server) => purgeThroughServer(server, request),
    );
    if ('message' in purged) throw new CommandFailed(purged.message);
    console.log(describePurged(request, purged));
  });

function withTokens(work: (tokens: TokenManager) => Promise<void>): Promise<void> {
  return withDatabaseOrServer(
    configuration(),
    (connection) => work(databaseTokens(connection)),
    (server) => work(serverTokens(server)),
  );
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('a port is a number from 0 to 65535.');
}

function tokenNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('it must be a number from fixture-registry token list.');
}

/** Exit status: 0 done, 1 failed, 2 wrong usage. */
async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    // Commander has already printed the message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportFailure(error);
  }
}

process.exitCode = await main();
