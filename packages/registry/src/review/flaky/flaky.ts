import { code, count, listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { displayName } from '../report/change-names.js';

/** How often the response to an unchanged request changed recently. */
export interface Instability {
  /** Number of changes between pushes of this pull request. */
  withinPullRequest: number;
  /** Number of recent pull requests, including this one, in which it differed from the base. */
  pullRequests: number;
  /** Number of recent pull requests that were checked. */
  ofPullRequests: number;
}

/** Number of pull requests from which a response counts as unstable. */
export const UNSTABLE_FROM = 3;
const MAXIMUM_NAMES = 5;

/** Whether the response to a request changes too often to blame the pull request. */
export function isFlaky({ withinPullRequest, pullRequests }: Instability): boolean {
  return withinPullRequest > 0 || pullRequests >= UNSTABLE_FROM;
}

/**
 * Such as "changed in 4 of the last 10 pull requests" or "changed once between pushes …".
 * @param pushes whose pushes `withinPullRequest` counts
 */
export function describeInstability(instability: Instability, pushes = 'this pull request'): string {
  const { withinPullRequest, pullRequests, ofPullRequests } = instability;
  const parts: string[] = [];
  if (pullRequests >= UNSTABLE_FROM) {
    parts.push(`changed in ${pullRequests} of the last ${count(ofPullRequests, 'pull request')}`);
  }
  if (withinPullRequest > 0) {
    const times = withinPullRequest === 1 ? 'once' : `${withinPullRequest} times`;
    parts.push(`${parts.length === 0 ? 'changed ' : ''}${times} between pushes of ${pushes}`);
  }
  return parts.join(', and ');
}

/** A note about unstable recordings for the top of a report; null when there are none. */
export function describeFlaky(
  changes: DriftChange[],
  flaky: ReadonlyMap<string, Instability>,
): string | null {
  const unstable = changes.filter((change) => flaky.has(change.path));
  if (unstable.length === 0) return null;
  const described = unstable.map((change) => {
    const instability = flaky.get(change.path) as Instability;
    return `${code(displayName(change), 160)} ${describeInstability(instability)}`;
  });
  const number =
    unstable.length === 1
      ? '1 response is unstable although its request did not change'
      : `${unstable.length} responses are unstable although their requests did not change`;
  return `${number}: ${listing(described, MAXIMUM_NAMES)}.`;
}
