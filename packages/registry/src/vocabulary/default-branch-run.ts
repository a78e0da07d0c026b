/** How a run of the default branch that recorded for a pull request was started. */
export type DefaultBranchStart = 'DISPATCH' | 'SCHEDULE';

/**
 * What recorded a snapshot of a pull request, when a run of the default branch did: "a dispatched run on main".
 * Pure.
 * @param branch the default branch, as shown to readers
 */
export function describeDefaultBranchRun(start: DefaultBranchStart, branch: string): string {
  return `a ${start === 'DISPATCH' ? 'dispatched' : 'scheduled'} run on ${branch}`;
}
