import { type Command, Option } from 'commander';
import { append, baselineOption, daysOption, PATHS_HELP, withCommonOptions } from './common-options.js';

/** Adds the commands that compare and copy recordings: `pull`, `push`, `status` and `used`. */
export function defineSyncCommands(program: Command): void {
  withCommonOptions(program.command('pull'))
    .description('Write the recordings of a branch, pull request or commit to the directory.')
    .option('--tests <pattern>', 'only recordings of these tests (repeatable)', append)
    .option('--tests-file <file>', 'a file with one test id or pattern per line')
    .option('--models <name>', 'only recordings of these models (repeatable)', append)
    .option('--paths <glob>', 'only recordings at these paths (repeatable)', append)
    .addOption(baselineOption())
    .action(async (options) => (await import('../commands/pull.js')).runPull(options));

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
        .preset('true')
        .conflicts('pruneUnused'),
    )
    .addOption(
      new Option(
        '--prune-unused [how]',
        'also remove from the pull request, and from disk, recordings that no run of the default branch read ' +
          'in --days days, at most half of them; =force removes more',
      )
        .choices(['true', 'force'])
        .preset('true'),
    )
    .addOption(daysOption('with --prune-unused: how long they are unread; by default 30'))
    .option('--redact', 'replace secrets by placeholders, also in the files on disk')
    .option(
      '--default-branch <branch>',
      "make this the repository's default branch and move the recordings with it (requires an admin token)",
    )
    .addOption(baselineOption())
    .action(async (options) => (await import('../commands/push.js')).runPush(options));

  withCommonOptions(program.command('status'))
    .description('Show how the directory and the registry differ. Changes nothing.')
    .option('--paths <glob>', PATHS_HELP, append)
    .addOption(baselineOption())
    .action(async (options) => (await import('../commands/status.js')).runStatus(options));

  withCommonOptions(program.command('used'))
    .description('Report which of the pulled recordings the tests read since the pull.')
    .option(
      '--files <file>',
      'a list that the tests wrote of what they read, one path, request hash or digest per line; - reads stdin',
    )
    .action(async (options) => (await import('../commands/used.js')).runUsed(options));
}
