import { type Command, Option } from 'commander';
import { append, PATHS_HELP, withCommonOptions } from './common-options.js';

/**
 * Adds the commands that set up and check a repository: `init` and `doctor`.
 * @param exitWith receives the exit status of a command that can end with another status than 0
 */
export function defineRepositoryCommands(program: Command, exitWith: (status: number) => void): void {
  withCommonOptions(program.command('init'))
    .description(
      'Set up this repository: the settings file, .gitignore and the workflow, and push what git holds.',
    )
    .option('--yes', 'ask nothing, and take the defaults')
    .option('--dry-run', 'only show what would be written and pushed')
    .option('--force', 'replace .github/workflows/fixtures.yml if it exists')
    .option('--paths <glob>', PATHS_HELP, append)
    .addOption(
      new Option('--workflow <how>', 'write a new workflow, or print the step for one that exists').choices([
        'new',
        'step',
      ]),
    )
    .option('--test-command <command>', 'the command that runs the tests in a new workflow')
    .option(
      '--action <owner/name@version>',
      'the action in the workflow, such as a mirror',
      'fixture-registry/fixture-registry@v1',
    )
    .action(async (options) => exitWith(await (await import('../commands/init.js')).runInit(options)));

  withCommonOptions(program.command('doctor'))
    .description('Check the registry, the token, the workflow, the paths and git, and say what to do.')
    .action(async (options) => exitWith(await (await import('../commands/doctor.js')).runDoctor(options)));
}
