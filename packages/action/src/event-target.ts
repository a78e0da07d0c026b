import { describeBranchName } from '@fixture-registry/protocol';
import type { EventPayload, WorkflowRun } from './workflow-run.js';

export type Target = { branch: string } | { pullRequest: number; base: string };

/** What was pushed, and for whom. */
export interface PushedTo {
  target: Target;
  commit: string;
  /** `owner/name` of the fork that recorded it; null: this repository did. */
  fork: string | null;
}

/** Where the candidate baseline commits come from. */
export type Lineage =
  /** The merge base of a base branch and what is tested, then its ancestors. */
  | { kind: 'merge-base'; baseBranch: string; baseSha: string; headSha: string }
  /** A commit itself, then its ancestors. */
  | { kind: 'line'; sha: string };

/** What one workflow run means for the registry. */
export interface EventTarget {
  /** What to pull; null: the repository's default branch, whichever that is. */
  target: Target | null;
  lineage: Lineage;
  push: { target: Target; commit: string } | { refused: string };
  /** A push to a branch: the commits whose merged pull requests are to be promoted, oldest first. */
  merged: { branch: string; commits: string[] } | null;
  /** The pull request that was closed without a merge; null on every other event. */
  closed: number | null;
  defaultBranch: string | null;
  /** The pull request comes from a fork, so that the run has no secrets. */
  fromFork: boolean;
}

/** Reads what an event is about. Pure. `nothing`: there is neither anything to pull nor to push, and why. */
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
    defaultBranch: defaultBranch(run),
    fromFork: pull.head.repo?.full_name !== pull.base.repo.full_name,
  } as const;
  if (pull.state === 'closed') {
    const isMerged = pull.merged === true;
    const refused = isMerged
      ? `pull request #${pull.number} is closed: what it recorded is promoted by the push that merged it.`
      : `pull request #${pull.number} is closed: once it is reopened, its runs may push again.`;
    const closed = isMerged ? null : pull.number;
    return { ...about, target: { branch: base }, push: { refused }, closed };
  }
  const target = { pullRequest: pull.number, base };
  // Not the test merge that is checked out: that commit is in no branch, and nobody would ask for it.
  return { ...about, target, push: { target, commit: pull.head.sha } };
}

function branchTarget(run: WorkflowRun): EventTarget {
  const branch = branchOf(run.ref);
  if (branch === null) return otherTarget(run);
  const commits = run.payload.commits ?? [];
  const tip = run.payload.after ?? run.sha;
  return {
    target: { branch },
    lineage: { kind: 'line', sha: run.sha },
    push: { target: { branch }, commit: run.sha },
    merged: run.eventName === 'push' ? { branch, commits: commitsToAsk(commits, tip) } : null,
    closed: null,
    defaultBranch: defaultBranch(run),
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
    push: { refused: 'the merge queue tests what its pull requests have recorded already.' },
    merged: null,
    closed: null,
    defaultBranch: defaultBranch(run),
    fromFork: false,
  };
}

/** Any other event, and tags: what is checked out can be pulled, but whose recordings a push would be is unclear. */
function otherTarget(run: WorkflowRun): EventTarget {
  const pull = run.payload.pull_request;
  // Reviews of a pull request check out its test merge, but pull_request_target checks out its base.
  const onPull = pull !== undefined && run.ref.startsWith('refs/pull/');
  const branch = branchOf(run.ref) ?? branchOf(run.payload.base_ref ?? '') ?? defaultBranch(run);
  return {
    target: onPull ? { pullRequest: pull.number, base: pull.base.ref } : branch === null ? null : { branch },
    lineage: onPull
      ? { kind: 'merge-base', baseBranch: pull.base.ref, baseSha: pull.base.sha, headSha: run.sha }
      : { kind: 'line', sha: run.sha },
    push: { refused: whyNotPush(run) },
    merged: null,
    closed: null,
    defaultBranch: defaultBranch(run),
    fromFork: pull !== undefined && pull.head.repo?.full_name !== pull.base.repo.full_name,
  };
}

function whyNotPush(run: WorkflowRun): string {
  if (run.ref.startsWith('refs/tags/')) {
    return `\`${describeBranchName(run.ref)}\` is a tag: recordings belong to branches and pull requests.`;
  }
  if (run.eventName === 'workflow_run') {
    return 'a run on `workflow_run` has recorded nothing itself. With `mode: push` it pushes what a pull request from a fork recorded.';
  }
  return `the event \`${run.eventName}\` does not say whose recordings these are. Push on \`push\`, \`pull_request\`, \`schedule\` or \`workflow_dispatch\`.`;
}

/** `gh-readonly-queue/<base>/pr-<number>-<sha>`: the name says which pull request is last in the group. */
function queuedPullRequest(ref: string): { base: string; pullRequest: number; baseSha: string } | null {
  const parts = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-(\d+)-([0-9a-f]+)$/.exec(ref);
  return parts === null
    ? null
    : { base: parts[1] ?? '', pullRequest: Number(parts[2]), baseSha: parts[3] ?? '' };
}

/** Above this many, only the commits that are new to the repository are asked about. */
const ASK_ALL = 20;
const ASK_AT_MOST = 250;

/**
 * The commits of a push that may bring a merged pull request along, oldest first. A long push is mostly the second side of
 * a merge, which was pushed to its own branch before; asking GitHub about each of its commits, in each job of a matrix, would use up
 * the token's hourly requests. (A merge queue moves the branch to commits that were all there before: then all are asked about.)
 */
function commitsToAsk(commits: { id: string; distinct?: boolean }[], tip: string): string[] {
  const fresh = commits.filter((commit) => commit.distinct === true);
  const chosen = commits.length > ASK_ALL && fresh.length > 0 ? fresh : commits;
  const ids = chosen.map((commit) => commit.id);
  if (tip !== '' && !ids.includes(tip)) ids.push(tip);
  return ids.slice(-ASK_AT_MOST);
}

function branchOf(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

/** What GitHub says. A scheduled run's event may not name it, but runs on no other branch. */
function defaultBranch(run: WorkflowRun): string | null {
  const named = run.payload.repository?.default_branch;
  if (named !== undefined) return named;
  return run.eventName === 'schedule' ? branchOf(run.ref) : null;
}
