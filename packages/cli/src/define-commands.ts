import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';

/**
 * Adds the commands to the program. The code of a command is imported when it runs, so that none
 * waits for the others.
 * @param exitWith receives the exit status of a command that can end with another status than 0
 */
export function defineCommands(program: Command, exitWith: (status: number) => void): void {
  withCommonOptions(program.command('pull'))
    .description('Write the recordings of a branch, pull request or commit to the directory.')
    .option('--tests <pattern>', 'only recordings of these tests (repeatable)', append)
    .option('--tests-file <file>', 'a file with one test id or pattern per line')
    .option('--models <name>', 'only recordings of these models (repeatable)', append)
    .option('--paths <glob>', 'only recordings at these paths (repeatable)', append)
    .addOption(baselineOption())
    .action(async (options) => (await import('./commands/pull.js')).runPull(options));

  withCommonOptions(program.command('push'))
    .description('Send the recordings that are new or changed since the last pull to the registry.')
    .option('--paths <glob>', PATHS_HELP, append)
    .addOption(
      new Option(
        '--prune [how]',
        'also remove recordings that match the paths and are no longer on disk, at most half of them; ' +
          '=force removes more',
      )
        .choices(['true', 'force'])
        .preset('true'),
    )
    .option('--redact', 'replace secrets by placeholders, also in the files on disk')
    .option(
      '--default-branch <branch>',
      "make this the repository's default branch and move the recordings with it (requires an admin token)",
    )
    .addOption(baselineOption())
    .action(async (options) => (await import('./commands/push.js')).runPush(options));

  withCommonOptions(program.command('status'))
    .description('Show how the directory and the registry differ. Changes nothing.')
    .option('--paths <glob>', PATHS_HELP, append)
    .addOption(baselineOption())
    .action(async (options) => (await import('./commands/status.js')).runStatus(options));

  withCommonOptions(program.command('drift'))
    .description(
      'Show which tests behave differently in a pull request or branch, compared with its baseline.',
    )
    .addOption(
      new Option('--format <format>', 'the output format')
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <level>', 'exit with status 3 if there is drift at or above this level')
        .choices(['behaviour', 'content', 'metadata', 'any', 'never'])
        .default('never'),
    )
    .option('--accept', 'accept the changes of the pull request; --fail-on no longer counts them')
    .addOption(
      new Option('--level <level>', 'accept only changes up to this level').choices([
        'behaviour',
        'content',
        'metadata',
        'cosmetic',
      ]),
    )
    .option('--paths <glob>', 'accept only changes at these paths (repeatable)', append)
    .action(async (options) => exitWith(await (await import('./commands/drift.js')).runDrift(options)));

  withCommonOptions(program.command('promote'))
    .description(
      'Copy the recordings of a merged pull request to its base branch, or to --base if it was merged ' +
        'elsewhere.',
    )
    .action(async (options) => (await import('./commands/promote.js')).runPromote(options));

  withCommonOptions(program.command('explain'))
    .description('Explain why a recording is found or not: its key, and the most similar recordings.')
    .addArgument(new Argument('<file|hash>', 'a recording on disk, its path, or a request hash'))
    .option('--test-id <id>', 'the test that looks for the recording')
    .action(async (subject, options) =>
      exitWith(await (await import('./commands/explain.js')).runExplain(subject, options)),
    );

  withCommonOptions(program.command('rekey'))
    .description('Rename recordings to the names for which the newest recorder looks. Changes no content.')
    .addArgument(new Argument('[path...]', 'files, folders or patterns (default: as for push)'))
    .option('--test-id <old=new>', 'a test that was renamed, or a file or function (repeatable)', append)
    .option('--dry-run', 'only show what would be renamed')
    .action(async (paths, options) => (await import('./commands/rekey.js')).runRekey(paths, options));
}

const PATHS_HELP =
  'the paths of recordings (repeatable); by default those of .github/fixtures.yml, else ' +
  DEFAULT_PATHS.join(' ');

function withCommonOptions(command: Command): Command {
  return command
    .option('--registry <url>', 'address of the registry (FIXTURE_REGISTRY_URL)')
    .option('--token <token>', 'access token (FIXTURE_REGISTRY_TOKEN)')
    .option(
      '--repository <owner/name>',
      'repository (FIXTURE_REGISTRY_REPOSITORY; by default the git remote)',
    )
    .addOption(new Option('--branch <branch>', 'the branch').conflicts('pullRequest'))
    .option('--pull-request <number>', 'the pull request', parsePullRequest)
    .option('--base <branch>', 'the base branch of the pull request')
    .option('--commit <sha>', 'the git commit')
    .option('--directory <directory>', "the repository's root", '.')
    .option('--json', 'print the result as JSON')
    .option(
      '--allow-insecure',
      'allow http:// to a registry on another machine (FIXTURE_REGISTRY_ALLOW_INSECURE=1)',
    );
}

function baselineOption(): Option {
  return new Option('--baseline <commit>', 'the commit or snapshot to compare a pull request with');
}

function append(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function parsePullRequest(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('It must be a number of 1 or above, such as 123.');
  return Number(text);
}
