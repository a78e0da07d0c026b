import { Argument, type Command, Option } from 'commander';
import { append, daysOption, PATHS_HELP, withCommonOptions } from './common-options.js';

/**
 * Adds the commands that review recordings: `drift`, `promote`, `explain`, `rekey`, `coverage`,
 * `unused` and `prune`.
 * @param exitWith receives the exit status of a command that can end with another status than 0
 */
export function defineReviewCommands(program: Command, exitWith: (status: number) => void): void {
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
    .action(async (options) => exitWith(await (await import('../commands/drift.js')).runDrift(options)));

  withCommonOptions(program.command('promote'))
    .description(
      'Copy the recordings of a merged pull request to its base branch, or to --base if it was merged ' +
        'elsewhere.',
    )
    .action(async (options) => (await import('../commands/promote.js')).runPromote(options));

  withCommonOptions(program.command('explain'))
    .description('Explain why a recording is found or not: its key, and the most similar recordings.')
    .addArgument(new Argument('<file|hash>', 'a recording on disk, its path, or a request hash'))
    .option('--test-id <id>', 'the test that looks for the recording')
    .action(async (subject, options) =>
      exitWith(await (await import('../commands/explain.js')).runExplain(subject, options)),
    );

  withCommonOptions(program.command('rekey'))
    .description('Rename recordings to the names for which the newest recorder looks. Changes no content.')
    .addArgument(new Argument('[path...]', 'files, folders or patterns (default: as for push)'))
    .option('--test-id <old=new>', 'a test that was renamed, or a file or function (repeatable)', append)
    .option('--dry-run', 'only show what would be renamed')
    .action(async (paths, options) => (await import('../commands/rekey.js')).runRekey(paths, options));

  withCommonOptions(program.command('coverage'))
    .description(
      'Show which tests have no recordings, and which recordings belong to tests that are not listed.',
    )
    .requiredOption(
      '--tests-file <file>',
      'a file with all test ids, one per line, such as the output of `pytest --collect-only -q`; - reads stdin',
    )
    .addOption(
      new Option(
        '--fail-on <what>',
        'exit with status 3 if there are tests without recordings, recordings of tests that are not listed, or either',
      )
        .choices(['missing', 'unlisted', 'any', 'never'])
        .default('never'),
    )
    .action(async (options) =>
      exitWith(await (await import('../commands/coverage.js')).runCoverage(options)),
    );

  withCommonOptions(program.command('unused'))
    .description('List the recordings of the default branch that none of its runs read lately.')
    .addOption(daysOption('how long they are unread; 0: since the newest day with runs').default(30))
    .action(async (options) => (await import('../commands/unused.js')).runUnused(options));

  withCommonOptions(program.command('prune'))
    .description(
      'Remove from a pull request the recordings that no run read, while runs read another of the same test and ' +
        'nearly the same request.',
    )
    .option('--superseded', 'remove superseded recordings; required')
    .option('--dry-run', 'only list them')
    .option('--force', 'also remove more than half of the recordings, or after a failed pull')
    .option('--paths <glob>', PATHS_HELP, append)
    .action(async (options) => (await import('../commands/prune.js')).runPrune(options));
}
