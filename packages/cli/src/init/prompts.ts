import { LocalError } from '@fixture-registry/client/core';
import { UsageError } from '../options/usage-error.js';
import { safeLine } from '../output/output.js';
import type { FoundPattern } from './layout/detect-layout.js';

/** The questions of `fixtures init`. Each has the answer of `--yes` as its default. */
export interface Prompts {
  /** The address of the registry. */
  registry(): Promise<string>;
  /** The path patterns of the recordings, from those that were found. */
  patterns(found: readonly FoundPattern[]): Promise<string[]>;
  /** Whether to write a workflow, or to add a step to one that exists. */
  workflow(initial: 'new' | 'step', testsIn: string | null): Promise<'new' | 'step'>;
  /** The command that runs the tests; null if the user leaves it empty. */
  testCommand(initial: string | null): Promise<string | null>;
  confirm(message: string): Promise<boolean>;
}

/**
 * The prompts on this terminal.
 * @throws UsageError without a terminal
 */
export async function openPrompts(): Promise<Prompts> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      'init asks questions, and this is not a terminal: use --yes to take the defaults, ' +
        'or --dry-run to see them',
    );
  }
  const clack = await import('@clack/prompts');
  // Results go to stdout; the questions do not.
  const output = process.stderr;
  const answer = <Value>(value: Value): Exclude<Value, typeof clack.CANCEL_SYMBOL> => {
    if (clack.isCancel(value)) throw new LocalError('Cancelled. Nothing was written.');
    return value as Exclude<Value, typeof clack.CANCEL_SYMBOL>;
  };
  return {
    registry: async () =>
      answer(
        await clack.text({
          ...{ output, message: 'Address of the registry', placeholder: 'https://fixtures.example.com' },
          validate: (text) =>
            /^https?:\/\/[^/\s]/i.test(text ?? '')
              ? undefined
              : 'An address such as https://fixtures.example.com',
        }),
      ).trim(),
    async patterns(found) {
      if (found.length > 0) {
        const options = found.map(({ pattern, files, formats }) => ({
          value: pattern,
          label: safeLine(pattern),
          hint: safeLine([`${files.length} files`, ...formats].join(', ')),
        }));
        const initialValues = found.map(({ pattern }) => pattern);
        const message = 'Which of these are the recordings?';
        const chosen = answer(
          await clack.multiselect({ output, message, options, initialValues, required: false }),
        );
        if (chosen.length > 0) return chosen;
      }
      const message = 'Path patterns of the recordings, separated by spaces (empty: the default paths)';
      const text = answer(
        await clack.text({ output, message, placeholder: 'tests/**/tapes/*.yaml', defaultValue: '' }),
      );
      return text.split(/\s+/).filter((pattern) => pattern !== '');
    },
    workflow: async (initialValue, testsIn) =>
      answer(
        await clack.select<'new' | 'step'>({
          ...{ output, message: 'Where does the action run?', initialValue },
          options: [
            { value: 'new', label: 'In a new workflow, which also runs the tests' },
            {
              value: 'step',
              label: `In ${testsIn === null ? 'a workflow that exists' : safeLine(testsIn)}: print the step to add`,
            },
          ],
        }),
      ),
    async testCommand(initial) {
      const message = 'Command that runs the tests';
      const text = answer(
        await clack.text({ output, message, initialValue: initial ?? '', defaultValue: '' }),
      );
      return text.trim() === '' ? null : text.trim();
    },
    confirm: async (message) => answer(await clack.confirm({ output, message: safeLine(message) })),
  };
}
