import { code, count, listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { displayName } from '../report/headline.js';

/** How often the answer to one unchanged request changed lately. */
export interface Instability {
  /** Between pushes of this pull request. */
  withinPullRequest: number;
  /** In how many recent pull requests it differed from their base, this one counted, */
  pullRequests: number;
  /** of how many. */
  ofPullRequests: number;
}

/** From here on it is the answer, and not the pull request, that is unstable. */
const SEVERAL = 3;
const MOST_NAMES = 5;

export function isFlaky({ withinPullRequest, pullRequests }: Instability): boolean {
  return withinPullRequest > 0 || pullRequests >= SEVERAL;
}

/** "changed in 4 of the last 10 pull requests", "changed 2 times between pushes of this pull request". */
export function describeInstability(restlessness: Instability): string {
  const { withinPullRequest, pullRequests, ofPullRequests } = restlessness;
  const parts: string[] = [];
  if (pullRequests >= SEVERAL) {
    parts.push(`changed in ${pullRequests} of the last ${count(ofPullRequests, 'pull request')}`);
  }
  if (withinPullRequest > 0) {
    const times = withinPullRequest === 1 ? 'once' : `${withinPullRequest} times`;
    parts.push(`${parts.length === 0 ? 'changed ' : ''}${times} between pushes of this pull request`);
  }
  return parts.join(', and ');
}

/** The changes whose recordings look unstable, for the top of a report; null when none does. */
export function describeFlaky(
  changes: DriftChange[],
  flaky: ReadonlyMap<string, Instability>,
): string | null {
  const unstable = changes.filter((change) => flaky.has(change.path));
  if (unstable.length === 0) return null;
  const told = unstable.map((change) => {
    const restlessness = flaky.get(change.path) as Instability;
    return `${code(displayName(change), 160)} ${describeInstability(restlessness)}`;
  });
  const number =
    unstable.length === 1
      ? '1 answer is unstable though its request is the same'
      : `${unstable.length} answers are unstable though their requests are the same`;
  return `${number}: ${listing(told, MOST_NAMES)}.`;
}
