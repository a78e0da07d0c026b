import type { Command, Option } from 'commander';

/** Names of values and arguments that are files or folders, as in `--tests-file <file>`. */
const FILE_NAMES = /^(?:file|directory|glob|path)\b/;

/**
 * Whether the last word is the value of an option, or an argument, that names a file.
 * @param words the words after the command's name
 */
export function completesFile(program: Command, words: string[]): boolean {
  const current = words.at(-1) ?? '';
  if (current.startsWith('-')) return false;
  const command = program.commands.find((each) => each.name() === words[0]);
  if (command === undefined || words.length < 2) return false;
  const option = optionOf(command, words.at(-2) ?? '');
  if (option !== null && takesValue(option)) return FILE_NAMES.test(valueName(option));
  const argument = command.registeredArguments[0];
  return argument !== undefined && FILE_NAMES.test(argument.name());
}

/** Whether a value follows the option. */
export function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function optionOf(command: Command, word: string): Option | null {
  return command.options.find(({ long, short }) => word === long || word === short) ?? null;
}

/** The `file` of `--tests-file <file>`. */
function valueName({ flags }: Option): string {
  return /[<[]([^>\]]+)[>\]]$/.exec(flags)?.[1] ?? '';
}
