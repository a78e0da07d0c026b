import { describeBranchName } from '@fixture-registry/protocol';
import type { EventPayload, WorkflowRun } from './workflow-run.js';

export type Target = { branch: string } | { pullRequest: number; base: string };

/** The branch or pull request and the commit that a push belongs to. */
export interface PushedTo {
  target: Target;
  commit: string;
  /** `owner/name` of the fork that recorded it; null for this repository. */
  fork: string | null;
}

/** The title of a pull request and its author's login, for display; empty where GitHub does not say. */
export interface PullRequestAbout {
  title?: string;
  author?: string;
}

/** The commits that the candidate baselines are searched in. */
export type Lineage =
  /** The merge base of the base branch and the tested commit, then its ancestors. */
  | { kind: 'merge-base'; baseBranch: string; baseSha: string; headSha: string }
  /** A commit, then its ancestors. */
  | { kind: 'line'; sha: string }
  /** The checked-out commit of another branch than the one of the run, else its tip; then its ancestors. */
  | { kind: 'branch'; branch: string; runSha: string };

/** What one workflow run pulls, pushes and promotes. */
export interface EventTarget {
  /** What to pull; null: the repository's default branch. */
  target: Target | null;
  lineage: Lineage;
  push: { target: Target; commit: string; about: PullRequestAbout } | { refused: string };
  /** A push to a branch: the commits whose merged pull requests to promote, oldest first. */
  merged: { branch: string; commits: string[] } | null;
  /** The pull request that was closed without a merge; null on every other event. */
  closed: number | null;
  defaultBranch: string | null;
  /** Whether the pull request comes from a fork, so that the run has no secrets. */
  fromFork: boolean;
  /** For a run of the default branch that records for a pull request: its fork as `owner/name`, if it has one. */
  recordsFor?: { fork: string | null };
  /** Whether a target that the registry does not know is an error. */
  mustExist?: boolean;
}

/**
 * Decides from the event what a run pulls, pushes and promotes. Pure.
 * @returns the target, or `nothing`: why there is nothing to pull or push
 */
export function eventTarget(run: WorkflowRun): EventTarget | { nothing: string } {
  const { payload, ref } = run;
  if (run.eventName === 'push' && payload.deleted === true) {
    return { nothing: `\`${describeBranchName(ref)}\` was deleted: there is nothing to pull or push.` };
  }
  const queued = queuedPullRequest(payload.merge_group?.head_ref ?? ref);
  if (queued !== null) return mergeQueueTarget(run, queued);
  if (run.eventName === 'pull_request' && payload.pull_request)
    return pullRequestTarget(run, payload.pull_request);
  if (['push', 'schedule', 'workflow_dispatch'].includes(run.eventName)) return branchTarget(run);
  return otherTarget(run);
}

function pullRequestTarget(run: WorkflowRun, pull: NonNullable<EventPayload['pull_request']>): EventTarget {
  const base = pull.base.ref;
  const about = {
    lineage: {
      kind: 'merge-base',
      baseBranch: base,
      baseSha: pull.base.sha,
      headSha: run.sha || pull.head.sha,
    },
    merged: null,
    closed: null,
    defaultBranch: defaultBranchOf(run),
    fromFork: pull.head.repo?.full_name !== pull.base.repo.full_name,
  } as const;
  if (pull.state === 'closed') {
    const isMerged = pull.merged === true;
    const refused = isMerged
      ? `pull request #${pull.number} is closed: the push that merges a pull request promotes its recordings.`
      : `pull request #${pull.number} is closed: its runs can push again when it is reopened.`;
    const closed = isMerged ? null : pull.number;
    return { ...about, target: { branch: base }, push: { refused }, closed };
  }
  const target = { pullRequest: pull.number, base };
  // Not the checked-out test merge: that commit is on no branch, so no later run would name it as a baseline.
  return { ...about, target, push: { target, commit: pull.head.sha, about: aboutPullRequest(pull) } };
}

/** What to show of a pull request, as GitHub describes it in events and in its API. Pure. */
export function aboutPullRequest(pull: {
  title?: string;
  user?: { login: string } | null;
}): PullRequestAbout {
  return {
    ...(pull.title === undefined ? {} : { title: storable(pull.title) }),
    ...(pull.user == null ? {} : { author: storable(pull.user.login) }),
  };
}

/** The registry shortens a long text, but refuses one that a database cannot store. */
function storable(text: string): string {
  return text.slice(0, 1_000).replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ');
}

function branchTarget(run: WorkflowRun): EventTarget {
  const branch = branchOf(run.ref);
  if (branch === null) return otherTarget(run);
  const commits = run.payload.commits ?? [];
  const tip = run.payload.after ?? run.sha;
  return {
    target: { branch },
    lineage: { kind: 'line', sha: run.sha },
    push: { target: { branch }, commit: run.sha, about: {} },
    merged: run.eventName === 'push' ? { branch, commits: commitsToLookUp(commits, tip) } : null,
    closed: null,
    defaultBranch: defaultBranchOf(run),
    fromFork: false,
  };
}

function mergeQueueTarget(
  run: WorkflowRun,
  queued: { base: string; pullRequest: number; baseSha: string },
): EventTarget {
  return {
    target: { pullRequest: queued.pullRequest, base: queued.base },
    lineage: {
      kind: 'merge-base',
      baseBranch: queued.base,
      baseSha: run.payload.merge_group?.base_sha ?? queued.baseSha,
      headSha: run.payload.merge_group?.head_sha ?? run.sha,
    },
    push: { refused: 'the merge queue tests the recordings that its pull requests have already pushed.' },
    merged: null,
    closed: null,
    defaultBranch: defaultBranchOf(run),
    fromFork: false,
  };
}

/**
 * Any other event, and tags: the run can pull, but cannot push, because the event names no branch or
 * pull request.
 */
function otherTarget(run: WorkflowRun): EventTarget {
  const pull = run.payload.pull_request;
  // Review events check out the test merge of the pull request, but pull_request_target checks out its base.
  const onPull = pull !== undefined && run.ref.startsWith('refs/pull/');
  const branch = branchOf(run.ref) ?? branchOf(run.payload.base_ref ?? '') ?? defaultBranchOf(run);
  return {
    target: onPull ? { pullRequest: pull.number, base: pull.base.ref } : branch === null ? null : { branch },
    lineage: onPull
      ? { kind: 'merge-base', baseBranch: pull.base.ref, baseSha: pull.base.sha, headSha: run.sha }
      : { kind: 'line', sha: run.sha },
    push: { refused: pushRefusal(run) },
    merged: null,
    closed: null,
    defaultBranch: defaultBranchOf(run),
    fromFork: pull !== undefined && pull.head.repo?.full_name !== pull.base.repo.full_name,
  };
}

function pushRefusal(run: WorkflowRun): string {
  if (run.ref.startsWith('refs/tags/')) {
    return `\`${describeBranchName(run.ref)}\` is a tag: recordings belong to branches and pull requests.`;
  }
  if (run.eventName === 'workflow_run') {
    return (
      'a `workflow_run` run records nothing. With `mode: push` it pushes the recordings of a ' +
      'pull request from a fork.'
    );
  }
  return (
    `the event \`${run.eventName}\` does not name the branch or pull request of the recordings. ` +
    `Push on \`push\`, \`pull_request\`, \`schedule\` or \`workflow_dispatch\`.`
  );
}

/** `gh-readonly-queue/<base>/pr-<number>-<sha>` names the last pull request of the group. */
function queuedPullRequest(ref: string): { base: string; pullRequest: number; baseSha: string } | null {
  const parts = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-(\d+)-([0-9a-f]+)$/.exec(ref);
  return parts === null
    ? null
    : { base: parts[1] ?? '', pullRequest: Number(parts[2]), baseSha: parts[3] ?? '' };
}

/** In a longer push, only the commits that are new in the repository are looked up. */
const LOOK_UP_ALL_UP_TO = 20;
const MAX_LOOKED_UP = 250;

/**
 * The commits of a push that may belong to merged pull requests, oldest first. Most commits of a long
 * push come from the merged branch and were pushed to it before; to look up each of them in each job of
 * a matrix would exceed GitHub's rate limit. A merge queue pushes only commits that are already in the
 * repository: then all are looked up.
 */
function commitsToLookUp(commits: { id: string; distinct?: boolean }[], tip: string): string[] {
  const fresh = commits.filter((commit) => commit.distinct === true);
  const chosen = commits.length > LOOK_UP_ALL_UP_TO && fresh.length > 0 ? fresh : commits;
  const ids = chosen.map((commit) => commit.id);
  if (tip !== '' && !ids.includes(tip)) ids.push(tip);
  return ids.slice(-MAX_LOOKED_UP);
}

function branchOf(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

/** The default branch. The event of a scheduled run may not name it, but scheduled runs always run on it. */
export function defaultBranchOf(run: Pick<WorkflowRun, 'eventName' | 'ref' | 'payload'>): string | null {
  const named = run.payload.repository?.default_branch;
  if (named !== undefined) return named;
  return run.eventName === 'schedule' ? branchOf(run.ref) : null;
}
