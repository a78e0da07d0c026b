import { Command, CommanderError } from 'commander';
import { LocalError } from '../checkout/local-error.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import { VERSION } from '../connection/registry/version.js';
import { addCommands } from './define-commands.js';
import { UsageError } from './options/usage-error.js';
import { complain, writeJson } from './output/output.js';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs the `fixtures` command; results go to stdout, everything else to stderr.
 * @param words the arguments after the command's own name
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage, 3 drift at or above `--fail-on`
 */
export async function run(words: string[]): Promise<number> {
  // `fixtures status | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  let status = DONE;
  const program = new Command('fixtures')
    .description('Pull and push the fixtures of tests: recordings kept in a fixture registry instead of git.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(--help tells the options)');
  addCommands(program, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has said what is wrong already; help and version are no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE;
    return tell(error, words.includes('--json'));
  }
}

/** Tells a failure and gives its exit status; what is no expected failure is a bug, and shows where it is. */
function tell(error: unknown, json: boolean): number {
  const usage = error instanceof UsageError;
  if (!usage && !(error instanceof RegistryError) && !(error instanceof LocalError)) {
    // Not thrown on: Node would show it as it is, with words of the registry or of a file in it.
    complain(
      `fixtures: unexpected failure: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
    return FAILED;
  }
  const code = error instanceof RegistryError ? error.code : usage ? 'USAGE' : 'LOCAL';
  if (json) writeJson({ error: { code, message: error.message } });
  complain(`fixtures: ${error.message}`);
  return usage ? WRONG_USAGE : FAILED;
}
