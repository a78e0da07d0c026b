import { describeBranchName } from '@fixture-registry/protocol';

/** Limit on the paths that the message names. */
const MAXIMUM_NAMED = 3;

/** Why a promotion would replace newer recordings of the branch, and how a person promotes it anyway. Pure. */
export function describeNewerOnBranch(refused: {
  pullRequest: number;
  branch: string;
  /** The merge commit; null when the caller does not know it. */
  commit: string | null;
  /** The paths that the branch changed after the merge; at least one. */
  newer: string[];
}): string {
  const { pullRequest, commit, newer } = refused;
  const branch = describeBranchName(refused.branch);
  const more = newer.length > MAXIMUM_NAMED ? ` and ${newer.length - MAXIMUM_NAMED} more` : '';
  return (
    `pull request #${pullRequest} is not promoted and ${branch} is unchanged: ${branch} changed ` +
    `${newer.slice(0, MAXIMUM_NAMED).join(', ')}${more} after the merge. If ${branch} should hold the recordings ` +
    `of the pull request, run \`fixtures promote --pull-request ${pullRequest} --base ${branch}` +
    `${commit === null ? '' : ` --commit ${commit}`}\` with a token that may write to ${branch}`
  );
}
