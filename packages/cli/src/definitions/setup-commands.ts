import { Argument, type Command } from 'commander';
import { withRegistryOptions } from './common-options.js';

/**
 * Adds the commands that set up a machine or a repository: `login`, `logout` and `completion`.
 * @param program the program itself, from whose definition `completion` writes its script
 */
export function defineSetupCommands(program: Command): void {
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
