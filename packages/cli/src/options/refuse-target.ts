import type { Options } from './options.js';
import { UsageError } from './usage-error.js';

/**
 * For commands about the default branch: a named state would be ignored.
 * @param reason completes the message: `unused lists recordings of the default branch`
 * @throws UsageError
 */
export function refuseTarget({ branch, pullRequest, commit, base }: Options, reason: string): void {
  if ((branch ?? pullRequest ?? commit ?? base) === undefined) return;
  throw new UsageError(`${reason}: leave out --branch, --pull-request, --base and --commit`);
}
