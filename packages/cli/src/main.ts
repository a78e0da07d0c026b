import { LocalError, PatternError, RegistryError, VERSION } from '@fixture-registry/client/core';
import { Command, CommanderError } from 'commander';
import { defineCommands } from './define-commands.js';
import { UsageError } from './options/usage-error.js';
import { writeError, writeJson } from './output/output.js';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs the `fixtures` command. Results go to stdout, everything else to stderr.
 * @param words the arguments after the name of the command
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage, 3 drift at or above `--fail-on`
 */
export async function run(words: string[]): Promise<number> {
  // `fixtures status | head` closes the pipe early, which is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  let status = DONE;
  const program = new Command('fixtures')
    .description('Pull and push test fixtures: recordings in a fixture registry instead of git.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help lists the options)')
    .configureOutput({ outputError: (text) => writeError(text.trimEnd().replace(/^error: /, 'fixtures: ')) });
  defineCommands(program, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has printed the error. Help and version also end here, and are not failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE;
    return reportFailure(error, words.includes('--json'));
  }
}

/** Prints a failure and returns its exit status. */
function reportFailure(error: unknown, json: boolean): number {
  const usage = error instanceof UsageError || error instanceof PatternError;
  if (!usage && !(error instanceof RegistryError) && !(error instanceof LocalError)) {
    // Not rethrown: Node would print text of the registry or of a file in it without escaping.
    writeError(`fixtures: ${describeUnexpected(error)}`);
    return FAILED;
  }
  const code = error instanceof RegistryError ? error.code : usage ? 'USAGE' : 'LOCAL';
  if (json) writeJson({ error: { code, message: error.message } });
  writeError(`fixtures: ${error.message}`);
  return usage ? WRONG_USAGE : FAILED;
}

/** A failure of the operating system says what and where; any other is a bug, which needs its stack. */
function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected failure: ${error}`;
  const { syscall, path, message } = error as NodeJS.ErrnoException;
  if (syscall !== undefined && path !== undefined) return `${message}. Check the permissions and the disk.`;
  if (process.env['FIXTURE_REGISTRY_DEBUG'] === '1') return `unexpected failure: ${error.stack ?? message}`;
  return `unexpected failure: ${message}. This is a bug: FIXTURE_REGISTRY_DEBUG=1 shows where it is.`;
}
