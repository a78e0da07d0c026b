import { StepFailure } from '../event/run-step.js';
import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import type { Inputs } from '../runner/read-inputs.js';

/** GitHub's numbers outgrow JavaScript's. */
type Id = number | bigint;

/** A workflow run as GitHub's API tells it, as far as it decides anything. */
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

/** A pull request as GitHub's API lists it, likewise. */
export interface ListedPullRequest {
  number: number;
  state: string;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { sha: string; repo: { id: Id } | null };
  base: { ref: string; sha: string; repo: { id: Id } };
}

export interface Origin {
  number: number;
  /** The commit that the run tested; still the pull request's head. */
  headSha: string;
  /** `owner/name` of the fork */
  fork: string;
  base: { ref: string; sha: string };
  /** GitHub's merge of both, which a plain checkout of the pull request is; null while GitHub makes it. */
  testMerge: string | null;
}

/** `nothing`: why there is nothing to push, as a sentence. */
type Found<T> = T | { nothing: string };

/**
 * Establishes from GitHub's API alone whose recordings a finished run holds. The run of a pull request from a fork executes the
 * fork's own workflow file, so nothing that the run produced, its artifacts above all, can be believed about where it belongs.
 * @throws StepFailure when GitHub cannot be asked
 */
export async function originatingPullRequest(
  github: GitHub,
  repository: { owner: string; name: string },
  runId: number,
  pushOn: Inputs['pushOn'],
): Promise<Found<{ run: ForkRun; origin: Origin }>> {
  const repo = { owner: repository.owner, repo: repository.name };
  const run = await fetchRun(github, repo, runId);
  const worth = checkForkRun(run, `${repository.owner}/${repository.name}`, pushOn);
  if ('nothing' in worth) return worth;
  try {
    const pulls = await github.paginate('GET /repos/{owner}/{repo}/pulls', {
      ...repo,
      state: 'all',
      head: `${worth.owner}:${worth.branch}`,
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
        `GitHub knows no workflow run ${runId} of ${repo.owner}/${repo.repo}, or does not show it. The job needs \`permissions: actions: read\`.`,
      );
    }
    throw new StepFailure(describeGitHubError(error, `look at run ${runId}`, 'actions: read'));
  }
}

/** Whether a run can have recordings of a fork at all; with where its branch is. Pure. */
export function checkForkRun(
  run: ForkRun,
  repository: string,
  pushOn: Inputs['pushOn'],
): Found<{ owner: string; branch: string }> {
  const name = `run ${run.id}`;
  if (run.repository.full_name.toLowerCase() !== repository.toLowerCase()) {
    return { nothing: `${name} is a run of ${run.repository.full_name}, and not of ${repository}.` };
  }
  if (run.event !== 'pull_request') {
    return { nothing: `${name} was started by \`${run.event}\`, and not by a pull request.` };
  }
  if (run.head_repository === null) {
    return { nothing: `the fork that ${name} belongs to was deleted.` };
  }
  if (isSame(run.head_repository.id, run.repository.id)) {
    return {
      nothing: `${name} belongs to a branch of this repository, whose jobs push what they record themselves.`,
    };
  }
  if (run.status !== 'completed') {
    return { nothing: `${name} is not done: start this workflow with \`types: [completed]\`.` };
  }
  if (pushOn === 'success' && run.conclusion !== 'success') {
    return {
      nothing: `${name} ended with \`${run.conclusion}\`. With \`push-on: always\` it would be pushed all the same.`,
    };
  }
  if (run.head_branch === null) return { nothing: `GitHub names no branch of ${name}.` };
  return { owner: run.head_repository.owner.login, branch: run.head_branch };
}

/**
 * Which of the pull requests that GitHub lists for the branch's name the run belongs to: the same repository by its id, since names come and
 * go, and the same commit. Pure.
 */
export function pullRequestOf(run: ForkRun, pulls: ListedPullRequest[]): Found<Origin> {
  const ofFork = pulls.filter(
    ({ head, base }) =>
      isSame(head.repo?.id, run.head_repository?.id) && isSame(base.repo.id, run.repository.id),
  );
  const atCommit = ofFork.filter(({ head }) => head.sha === run.head_sha);
  const [pull, ...more] = atCommit.filter(({ state }) => state === 'open');
  if (pull === undefined) return { nothing: whyNone(run, ofFork, atCommit) };
  if (more.length > 0) {
    const numbers = [pull, ...more].map(({ number }) => `#${number}`).join(' and ');
    return {
      nothing: `the pull requests ${numbers} have the same head, and GitHub does not say which of them run ${run.id} belongs to.`,
    };
  }
  return {
    number: pull.number,
    headSha: run.head_sha,
    fork: run.head_repository?.full_name ?? '',
    base: { ref: pull.base.ref, sha: pull.base.sha },
    testMerge: pull.merge_commit_sha,
  };
}

function whyNone(run: ForkRun, ofFork: ListedPullRequest[], atCommit: ListedPullRequest[]): string {
  const [closed] = atCommit;
  if (closed !== undefined) {
    return `pull request #${closed.number} was ${closed.merged_at === null ? 'closed' : 'merged'} meanwhile.`;
  }
  const movedOn = ofFork.find(({ state }) => state === 'open');
  if (movedOn !== undefined) {
    return `pull request #${movedOn.number} has moved on from ${run.head_sha} to ${movedOn.head.sha}, whose own run is to be pushed.`;
  }
  return `no pull request of this repository has the head ${run.head_sha} of ${run.head_repository?.full_name}.`;
}

/** Of two repositories of which one is gone nothing is known. */
function isSame(one: Id | undefined, other: Id | undefined): boolean {
  return one !== undefined && String(one) === String(other);
}
