import { createRequire } from 'node:module';
import type { GitHubState, WorkflowRunState } from './github-state.js';

type Json = Record<string, unknown>;

/** The event that started a job, as the runner passes it. */
export interface JobEvent {
  name: string;
  payload: Json;
  /** GITHUB_SHA */
  sha: string;
  /** GITHUB_REF */
  ref: string;
}

/** GitHub's example payloads, by event. */
export const eventExamples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: Json[];
}[];

/** A new commit on a pull request. A job checks out the test merge. */
export function pullRequestEvent(state: GitHubState, number: number, action = 'synchronize'): JobEvent {
  const pull = state.pulls.get(number);
  if (pull === undefined) throw new Error(`There is no pull request ${number}`);
  const payload = example('pull_request', (one) => one['action'] === 'synchronize') as Json & {
    pull_request: Json & { head: Json & { repo: Json }; base: Json & { repo: Json } };
  };
  const { head, base } = payload.pull_request;
  const full_name = `${state.repository.owner}/${state.repository.name}`;
  return {
    name: 'pull_request',
    payload: {
      ...withRepository(state, payload),
      action,
      number,
      pull_request: {
        ...payload.pull_request,
        number,
        state: pull.mergedAt === null && !pull.closed ? 'open' : 'closed',
        merged: pull.mergedAt !== null,
        labels: state.labelsOf(number).map((name) => ({ name })),
        head: {
          ...head,
          ref: pull.branch,
          sha: pull.head,
          repo: { ...head.repo, full_name: pull.headRepository.fullName, fork: pull.fork },
        },
        base: { ...base, ...pull.base, repo: { ...base.repo, full_name } },
      },
    },
    sha: pull.testMerge,
    ref: `refs/pull/${number}/merge`,
  };
}

/** A push that moved a branch from `before` to its tip. */
export function pushEvent(state: GitHubState, branch: string, before: string): JobEvent {
  const after = state.tip(branch);
  const payload = example('push', (one) => Array.isArray(one['commits']) && one['commits'].length > 0);
  const [commit] = payload['commits'] as [Json];
  const commits = state.pushed(before, after).map((id) => ({ ...commit, id, distinct: true }));
  const ref = `refs/heads/${branch}`;
  return {
    name: 'push',
    payload: {
      ...withRepository(state, payload),
      ref,
      before,
      after,
      commits,
      deleted: false,
      created: false,
      base_ref: null,
    },
    sha: after,
    ref,
  };
}

/** A pull request in the merge queue: its head merged with the tip of the base, on a branch of the queue. */
export function mergeGroupEvent(state: GitHubState, number: number): JobEvent {
  const pull = state.pulls.get(number);
  if (pull === undefined) throw new Error(`There is no pull request ${number}`);
  const base_sha = state.tip(pull.base.ref);
  const head_sha = state.commit([base_sha, pull.head]);
  const head_ref = `refs/heads/gh-readonly-queue/${pull.base.ref}/pr-${number}-${base_sha}`;
  const payload = example('merge_group');
  const group = {
    ...(payload['merge_group'] as Json),
    base_ref: `refs/heads/${pull.base.ref}`,
    base_sha,
    head_ref,
    head_sha,
  };
  return {
    name: 'merge_group',
    payload: { ...withRepository(state, payload), merge_group: group },
    sha: head_sha,
    ref: head_ref,
  };
}

/** A run has completed: the event of a second workflow, which runs on the default branch. */
export function workflowRunEvent(state: GitHubState, run: WorkflowRunState): JobEvent {
  const payload = example('workflow_run', (one) => one['action'] === 'completed');
  const workflow_run = {
    ...(payload['workflow_run'] as Json),
    id: run.id,
    event: run.event,
    conclusion: run.conclusion,
    head_branch: run.headBranch,
    head_sha: run.headSha,
  };
  return {
    name: 'workflow_run',
    payload: { ...withRepository(state, payload), workflow_run },
    sha: state.tip(state.defaultBranch),
    ref: `refs/heads/${state.defaultBranch}`,
  };
}

/** `workflow_dispatch` or `schedule`: both run on the tip of a branch. */
export function branchEvent(
  state: GitHubState,
  name: 'workflow_dispatch' | 'schedule',
  branch: string,
): JobEvent {
  const payload = withRepository(state, example('workflow_dispatch'));
  return { name, payload, sha: state.tip(branch), ref: `refs/heads/${branch}` };
}

function example(name: string, fits: (payload: Json) => boolean = () => true): Json {
  const found = eventExamples.find((event) => event.name === name)?.examples.find(fits);
  if (found === undefined) throw new Error(`GitHub gives no such example of ${name}`);
  return structuredClone(found);
}

function withRepository(state: GitHubState, payload: Json): Json {
  const { owner, name } = state.repository;
  const repository = {
    ...(payload['repository'] as Json),
    name,
    full_name: `${owner}/${name}`,
    default_branch: state.defaultBranch,
  };
  return { ...payload, repository };
}
