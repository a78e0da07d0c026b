import { coverageLine, missingTests, RegistryError } from '@fixture-registry/client';
import type { PushedTo } from '../event/event-target.js';
import type { Step } from '../event/step.js';
import { waitingFor } from '../runner/activity.js';
import * as log from '../runner/log.js';

/**
 * The line of the comment about listed tests without recordings in a pull request: "2 new tests have no
 * recordings".
 * @param baseline id of the snapshot that the pull request is compared with; null when there is none
 * @returns null without `tests-file`, when all its tests have recordings, and for a fork, whose tests this
 *   checkout does not have
 */
export async function untestedLine(
  { connection, inputs: { listedTests: tests } }: Step,
  { target, fork }: Pick<PushedTo, 'target' | 'fork'>,
  baseline: string | null,
): Promise<string | null> {
  if (tests.length === 0 || !('pullRequest' in target) || fork !== null || baseline === null) return null;
  const at = { pullRequest: target.pullRequest };
  try {
    const missing = await waitingFor('the registry to compare tests with recordings', () =>
      missingTests(connection, { tests, at, since: { snapshot: baseline } }),
    );
    const line = missing === null ? null : coverageLine(missing);
    return line === null ? null : `${line}.`;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    log.info(`The tests of \`tests-file\` were not compared with the recordings: ${error.message}`);
    return null;
  }
}
