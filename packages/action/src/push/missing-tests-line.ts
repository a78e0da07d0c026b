import {
  type At,
  type Connection,
  coverageLine,
  missingTests,
  type PushSummary,
} from '@fixture-registry/client';
import type { Target } from '../event/event-target.js';
import { waitingFor } from '../runner/activity.js';

/**
 * How many tests of the list have no recordings after a push: "2 new tests have no recordings". Null without
 * a list or a baseline, and when all tests have some.
 * @param tests the lines of the input `tests-file`
 * @param pulledSnapshot id of the snapshot that main pulled, which a branch is compared with
 */
export async function missingTestsLine(
  connection: Connection,
  tests: string[],
  target: Target,
  { pushed, pulledSnapshot }: { pushed: PushSummary; pulledSnapshot: string | null },
): Promise<string | null> {
  const isPullRequest = 'pullRequest' in target;
  const baseline = isPullRequest ? pushed.baseline?.id : (pulledSnapshot ?? pushed.baseline?.id);
  if (tests.length === 0 || baseline === undefined) return null;
  const at: At = isPullRequest ? { pullRequest: target.pullRequest } : { snapshot: pushed.snapshot.id };
  const found = await waitingFor('the registry to look for tests without recordings', () =>
    missingTests(connection, { tests, at, since: { snapshot: baseline } }),
  );
  return found === null ? null : coverageLine(found);
}
