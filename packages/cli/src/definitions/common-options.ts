import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** The help of `--paths` where it names what to push. */
export const PATHS_HELP =
  'the paths of recordings (repeatable); by default those of .github/fixtures.yml, else ' +
  DEFAULT_PATHS.join(' ');

/** Adds the options that every command with a registry has. */
export function withCommonOptions(command: Command): Command {
  return withRegistryOptions(command)
    .option(
      '--repository <owner/name>',
      'repository (FIXTURE_REGISTRY_REPOSITORY; by default the git remote)',
    )
    .addOption(new Option('--branch <branch>', 'the branch').conflicts('pullRequest'))
    .option('--pull-request <number>', 'the pull request', parsePullRequest)
    .option('--base <branch>', 'the base branch of the pull request')
    .option('--commit <sha>', 'the git commit')
    .option('--directory <directory>', "the repository's root", '.')
    .option('--json', 'print the result as JSON')
    .option('--all', 'list everything; without it, long lists show their first lines');
}

/** Adds the options that name a registry and the token to use there. */
export function withRegistryOptions(command: Command): Command {
  return command
    .option('--registry <url>', 'address of the registry (FIXTURE_REGISTRY_URL)')
    .option(
      '--token <token>',
      'access token (FIXTURE_REGISTRY_TOKEN, or `fixtures login`); other users of the machine can see ' +
        'it in the list of processes, so prefer the variable, a file or stdin',
    )
    .option('--token-file <file>', 'read the access token from a file')
    .option('--token-stdin', 'read the access token from stdin, as `--token -` does')
    .option(
      '--allow-insecure',
      'allow http:// to a registry on another machine (FIXTURE_REGISTRY_ALLOW_INSECURE=1)',
    );
}

/** `--baseline`. */
export function baselineOption(): Option {
  return new Option('--baseline <commit>', 'the commit or snapshot to compare a pull request with');
}

/** `--days`: how long recordings are unread. */
export function daysOption(help: string): Option {
  return new Option('--days <days>', help).argParser(parseDays);
}

/** Collects the values of a repeatable option. */
export function append(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function parsePullRequest(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('It must be a number of 1 or above, such as 123.');
  return Number(text);
}

// Older than any recording.
const MAX_DAYS = 3650;

function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > MAX_DAYS)
    throw new InvalidArgumentError(`It must be a number of days from 0 to ${MAX_DAYS}, such as 30.`);
  return Number(text);
}
