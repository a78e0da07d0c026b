import { type Command as CompletedCommand, RootCommand, script } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { BASH_PRELUDE, bashRegistration } from './bash-script.js';
import { completesFile, takesValue } from './file-values.js';

const NAME = 'fixtures';

/** Prints the script that makes a shell complete the command. It runs `fixtures complete` at each tab. */
export function printScript(shell: 'bash' | 'zsh' | 'fish'): void {
  if (shell === 'bash') process.stdout.write(BASH_PRELUDE);
  script(shell, NAME, NAME);
  if (shell === 'bash') process.stdout.write(bashRegistration(NAME));
}

/**
 * Prints what may follow, in the protocol of the scripts: a candidate with its description per line,
 * then a directive. Commands and options are those of the program, so they never differ from it.
 * @param words the words after the command's name; the last is the one to complete
 */
export function complete(program: Command, words: string[]): void {
  if (completesFile(program, words)) {
    // The directive for file names.
    process.stdout.write(':0\n');
    return;
  }
  const root = new RootCommand();
  addOptions(root, program);
  for (const command of program.createHelp().visibleCommands(program)) {
    const completed = root.command(command.name(), command.description());
    addOptions(completed, command);
    for (const argument of command.registeredArguments)
      completed.argument(argument.name(), candidates(argument.argChoices), argument.variadic);
  }
  root.parse(words);
}

function addOptions(completed: CompletedCommand, command: Command): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2);
    if (name === undefined) continue;
    const alias = option.short?.slice(1);
    if (takesValue(option)) completed.option(name, option.description, candidates(option.argChoices), alias);
    else completed.option(name, option.description, alias);
  }
}

function candidates(choices: readonly string[] | undefined) {
  return (complete: (value: string, description: string) => void) => {
    for (const choice of choices ?? []) complete(choice, '');
  };
}
