import { describeBranchName } from '@fixture-registry/protocol';

/** A merged pull request for whose head commit no run pushed in time. */
export interface UnboundPromotion {
  pullRequest: number;
  /** The branch that it was merged into. */
  branch: string;
  head: string;
  /** The merge commit; null when the caller does not name it. */
  commit: string | null;
  /** Whether a run of the head commit pushed after the merge, which is unreviewed. */
  pushedLate: boolean;
  /** Its newest recordings. */
  newest: { version: number; commit: string | null; pushedAt: Date | null };
}

/**
 * The message for a merged pull request that is not promoted: why, and what to do. An older commit of it may
 * have recordings, but only a run of the head commit proves that they match the merged code, so a person must
 * decide.
 */
export function describeUnboundPromotion(unbound: UnboundPromotion): string {
  const { pullRequest, branch, head, commit, pushedLate, newest } = unbound;
  const target = describeBranchName(branch);
  const cause = pushedLate
    ? `the runs of its head commit ${short(head)} pushed only after the merge`
    : `no run of its head commit ${short(head)} pushed before the merge; a workflow pushes nothing for a commit that it skips ` +
      '(path filters, `[skip ci]`, a condition of the job) or fails on';
  const pushedFor = newest.commit === null ? '' : ` for commit ${short(newest.commit)}`;
  const pushedAt = newest.pushedAt === null ? '' : ` at ${newest.pushedAt.toISOString().slice(0, 16)}Z`;
  const command = [
    `fixtures promote --pull-request ${pullRequest} --base ${argument(branch)}`,
    ...(commit === null ? [] : [`--commit ${commit}`]),
  ].join(' ');
  return (
    `pull request #${pullRequest} is not promoted and ${target} is unchanged: ${cause}. So the registry cannot tell which of ` +
    `its recordings were reviewed. Its newest ones are version ${newest.version}, pushed${pushedFor}${pushedAt}. If ` +
    `${target} should hold them, run \`${command}\` with a token that may write to ${target}, then run this job again`
  );
}

const short = (commit: string) => commit.slice(0, 10);

/** Leaves out a branch name that a shell would interpret. */
const argument = (branch: string) => (/^[\w./-]+$/.test(branch) ? branch : 'BRANCH');
