import { Argument, type Command, Option } from 'commander';
import { append, PATHS_HELP, withCommonOptions, withRegistryOptions } from './common-options.js';

/**
 * Adds the commands that set up a machine or a repository: `init`, `login`, `logout` and
 * `completion`.
 * @param program the program itself, from whose definition `completion` writes its script
 * @param exitWith receives the exit status of a command that can end with another status than 0
 */
export function defineSetupCommands(program: Command, exitWith: (status: number) => void): void {
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

  withRegistryOptions(program.command('login'))
    .description('Store a token for a registry, after checking it there.')
    .option('--repository <owner/name>', 'also check the access to this repository')
    .option('--json', 'print the result as JSON')
    .action(async (options) => (await import('../commands/login.js')).runLogin(options));

  program
    .command('logout')
    .description('Remove the stored token of a registry.')
    .option('--registry <url>', 'address of the registry (FIXTURE_REGISTRY_URL)')
    .option('--json', 'print the result as JSON')
    .action(async (options) => (await import('../commands/logout.js')).runLogout(options));

  program
    .command('completion')
    .description('Print a script that completes commands and options in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell) => (await import('../completion/completion.js')).printScript(shell));

  // What the scripts run at each tab.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words) => (await import('../completion/completion.js')).complete(program, words));
}
