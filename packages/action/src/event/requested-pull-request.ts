import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import { aboutPullRequest, type EventTarget } from './event-target.js';

/** The fields of a pull request in GitHub's API that the action reads. */
export interface RequestedPullRequest {
  number: number;
  state: string;
  merged: boolean;
  title?: string;
  user?: { login: string } | null;
  head: { sha: string; repo: { full_name: string } | null };
  base: { ref: string; sha: string; repo: { full_name: string } };
}

/**
 * Reads the pull request that the input `pull-request` names from GitHub, because the event has none.
 * @returns `problem` when it does not exist or GitHub refuses
 */
export async function fetchPullRequest(
  github: GitHub,
  repository: { owner: string; name: string },
  number: number,
): Promise<{ pull: RequestedPullRequest } | { problem: string }> {
  const { owner, name } = repository;
  try {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
    const { data } = await github.request(route, { owner, repo: name, pull_number: number });
    return { pull: data };
  } catch (error) {
    if (statusOf(error) === 404) {
      return {
        problem:
          `${owner}/${name} has no pull request #${number}, or the \`github-token\` cannot read it. Check the ` +
          'input `pull-request`, and grant the job `permissions: pull-requests: write`.',
      };
    }
    return { problem: describeGitHubError(error, `read pull request #${number}`, 'pull-requests: write') };
  }
}

/** The commit that is checked out, and the parents of its commit object. */
type CheckedOut = { sha: string; parents: string[] };

/** The commit that recordings belong to. */
export type TestedCommit = { commit: string; warning: string | null } | { problem: string };

/**
 * The commit of a pull request that a run of the default branch tests. `actions/checkout` checks out the
 * default branch there unless the workflow says otherwise. Pure.
 * @param checkedOut null without git or a checkout
 * @param defaultBranchSha the commit of the run
 */
export function testedCommit(
  { number, head }: RequestedPullRequest,
  checkedOut: CheckedOut | null,
  defaultBranchSha: string,
): TestedCommit {
  const isHead = checkedOut === null || checkedOut.sha === head.sha || checkedOut.parents.includes(head.sha);
  if (isHead) return { commit: head.sha, warning: null };
  const advice = `Check out the pull request: \`actions/checkout\` with \`ref: refs/pull/${number}/merge\`.`;
  if (checkedOut.sha === defaultBranchSha) {
    return {
      problem: `The checkout is at the default branch, so the tests would not test pull request #${number}. ${advice}`,
    };
  }
  const warning =
    `The checkout is at ${checkedOut.sha.slice(0, 10)}, not at the head ${head.sha.slice(0, 10)} of pull ` +
    `request #${number}. Its recordings are pushed for the commit that is checked out.`;
  return { commit: checkedOut.sha, warning };
}

/**
 * What a run of the default branch pulls and pushes when it records for a pull request. Pure.
 * @param commit the commit that the tests test
 * @param refused why the run may only pull; null when it may push
 */
export function targetOfPullRequest(
  pull: RequestedPullRequest,
  own: EventTarget,
  { commit, refused }: { commit: string; refused: string | null },
): EventTarget {
  const { number, head, base } = pull;
  const target = { pullRequest: number, base: base.ref };
  const isFork = head.repo?.full_name.toLowerCase() !== base.repo.full_name.toLowerCase();
  return {
    ...own,
    target,
    lineage: { kind: 'merge-base', baseBranch: base.ref, baseSha: base.sha, headSha: head.sha },
    push: refused === null ? { target, commit, about: aboutPullRequest(pull) } : { refused },
    merged: null,
    closed: null,
    recordsFor: { fork: isFork ? (head.repo?.full_name ?? 'a deleted repository') : null },
  };
}

/** Why nothing may be pushed to a pull request that has ended; null while it is open. Pure. */
export function whyEnded({ number, state, merged }: RequestedPullRequest): string | null {
  if (state === 'open') return null;
  return `pull request #${number} was ${merged ? 'merged' : 'closed'}, and a run of the default branch pushes only to open pull requests.`;
}
