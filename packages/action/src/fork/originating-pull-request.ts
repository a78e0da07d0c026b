import { aboutPullRequest, type PullRequestAbout } from '../event/event-target.js';
import { StepFailure } from '../event/run-step.js';
import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import type { Inputs } from '../runner/read-inputs.js';

/** GitHub's ids may exceed 2^53. */
type Id = number | bigint;

/** The fields of a workflow run in GitHub's API that decide whose recordings it has. */
export interface ForkRun {
  id: Id;
  event: string;
  status: string | null;
  conclusion: string | null;
  head_branch: string | null;
  head_sha: string;
  repository: { id: Id; full_name: string };
  /** Null: the fork was deleted. */
  head_repository: { id: Id; full_name: string; owner: { login: string } } | null;
}

/** The same of a pull request. */
export interface ListedPullRequest {
  number: number;
  title?: string;
  user?: { login: string } | null;
  state: string;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { sha: string; repo: { id: Id } | null };
  base: { ref: string; sha: string; repo: { id: Id } };
}

export interface Origin {
  number: number;
  /** The commit that the run tested, which is still the head of the pull request. */
  headSha: string;
  /** `owner/name` of the fork */
  fork: string;
  base: { ref: string; sha: string };
  about: PullRequestAbout;
  /** GitHub's test merge, which `actions/checkout` checks out; null while GitHub creates it. */
  testMerge: string | null;
}

/** `nothing`: why there is nothing to push, as a sentence. */
type Found<T> = T | { nothing: string };

/**
 * Finds the pull request of a completed run, from GitHub's API alone. The run of a pull request from a
 * fork executes the fork's workflow file, so everything that the run produced, artifacts included, is
 * untrusted.
 * @throws StepFailure when GitHub refuses a request
 */
export async function originatingPullRequest(
  github: GitHub,
  repository: { owner: string; name: string },
  runId: number,
  pushOn: Inputs['pushOn'],
): Promise<Found<{ run: ForkRun; origin: Origin }>> {
  const repo = { owner: repository.owner, repo: repository.name };
  const run = await fetchRun(github, repo, runId);
  const branch = checkForkRun(run, `${repository.owner}/${repository.name}`, pushOn);
  if ('nothing' in branch) return branch;
  try {
    const pulls = await github.paginate('GET /repos/{owner}/{repo}/pulls', {
      ...repo,
      state: 'all',
      head: `${branch.owner}:${branch.branch}`,
      per_page: 100,
    });
    const origin = pullRequestOf(run, pulls);
    return 'nothing' in origin ? origin : { run, origin };
  } catch (error) {
    throw new StepFailure(
      describeGitHubError(error, `find the pull request of run ${runId}`, 'pull-requests: read'),
    );
  }
}

async function fetchRun(
  github: GitHub,
  repo: { owner: string; repo: string },
  runId: number,
): Promise<ForkRun> {
  try {
    const { data } = await github.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
      ...repo,
      run_id: runId,
    });
    return data;
  } catch (error) {
    if (statusOf(error) === 404) {
      throw new StepFailure(
        `GitHub found no workflow run ${runId} in ${repo.owner}/${repo.repo}, or the token cannot ` +
          `read it. Grant the job \`permissions: actions: read\`.`,
      );
    }
    throw new StepFailure(describeGitHubError(error, `read run ${runId}`, 'actions: read'));
  }
}

/** Decides whether a run can have recordings of a fork; returns the fork's owner and branch. Pure. */
export function checkForkRun(
  run: ForkRun,
  repository: string,
  pushOn: Inputs['pushOn'],
): Found<{ owner: string; branch: string }> {
  const name = `run ${run.id}`;
  if (run.repository.full_name.toLowerCase() !== repository.toLowerCase()) {
    return { nothing: `${name} belongs to ${run.repository.full_name}, not to ${repository}.` };
  }
  if (run.event !== 'pull_request') {
    return { nothing: `${name} was triggered by \`${run.event}\`, not by a pull request.` };
  }
  if (run.head_repository === null) {
    return { nothing: `the fork that ${name} belongs to was deleted.` };
  }
  if (isSame(run.head_repository.id, run.repository.id)) {
    return {
      nothing: `${name} belongs to a branch of this repository, whose jobs push their recordings themselves.`,
    };
  }
  if (run.status !== 'completed') {
    return { nothing: `${name} has not completed: trigger this workflow with \`types: [completed]\`.` };
  }
  if (pushOn === 'success' && run.conclusion !== 'success') {
    return {
      nothing:
        `${name} ended with \`${run.conclusion}\`. Set \`push-on: always\` to push its ` +
        `recordings anyway.`,
    };
  }
  if (run.head_branch === null) return { nothing: `GitHub returned no branch for ${name}.` };
  return { owner: run.head_repository.owner.login, branch: run.head_branch };
}

/**
 * Chooses the pull request of a run among those that GitHub lists for its branch: the one with the same
 * commit, from the same repository by id, because names can be reused. Pure.
 */
export function pullRequestOf(run: ForkRun, pulls: ListedPullRequest[]): Found<Origin> {
  const ofFork = pulls.filter(
    ({ head, base }) =>
      isSame(head.repo?.id, run.head_repository?.id) && isSame(base.repo.id, run.repository.id),
  );
  const atCommit = ofFork.filter(({ head }) => head.sha === run.head_sha);
  const [pull, ...more] = atCommit.filter(({ state }) => state === 'open');
  if (pull === undefined) return { nothing: explainNoMatch(run, ofFork, atCommit) };
  if (more.length > 0) {
    const numbers = [pull, ...more].map(({ number }) => `#${number}`).join(' and ');
    return {
      nothing:
        `the pull requests ${numbers} have the same head commit, and GitHub does not return ` +
        `which of them run ${run.id} belongs to.`,
    };
  }
  return {
    number: pull.number,
    headSha: run.head_sha,
    fork: run.head_repository?.full_name ?? '',
    base: { ref: pull.base.ref, sha: pull.base.sha },
    about: aboutPullRequest(pull),
    testMerge: pull.merge_commit_sha,
  };
}

function explainNoMatch(run: ForkRun, ofFork: ListedPullRequest[], atCommit: ListedPullRequest[]): string {
  const [closed] = atCommit;
  if (closed !== undefined) {
    return `pull request #${closed.number} has been ${closed.merged_at === null ? 'closed' : 'merged'}.`;
  }
  const updated = ofFork.find(({ state }) => state === 'open');
  if (updated !== undefined) {
    return (
      `pull request #${updated.number} was updated from ${run.head_sha} to ${updated.head.sha}, ` +
      `whose run pushes its recordings.`
    );
  }
  return (
    `no pull request of this repository has the head commit ${run.head_sha} of ` +
    `${run.head_repository?.full_name}.`
  );
}

/** Whether two ids are equal; a deleted repository has none and equals nothing. */
function isSame(one: Id | undefined, other: Id | undefined): boolean {
  return one !== undefined && String(one) === String(other);
}
