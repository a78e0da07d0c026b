import type { Options } from './options.js';
import { UsageError } from './usage-error.js';

/**
 * For options that remove recordings because runs do not read them: only a reviewed change may do that.
 * @throws UsageError
 */
export function requirePullRequest({ pullRequest }: Options, option: string): void {
  if (pullRequest !== undefined) return;
  throw new UsageError(
    `${option} removes recordings only within a pull request, where they are reviewed: use --pull-request N, in a ` +
      'workflow of the pull request with its number, github.event.number',
  );
}
