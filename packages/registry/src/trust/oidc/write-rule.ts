import { describeBranchName } from '@fixture-registry/protocol';
import type { DefaultBranchEvent, WriteRule } from '../identity/identity.js';
import type { WorkflowClaims } from './workflow-claims.js';

/** Events that run the workflow of a branch on that branch. */
const BRANCH_EVENTS = ['push', 'schedule', 'workflow_dispatch'];

/** Events that somebody with write access, or the default branch itself, starts. */
const PULL_REQUEST_WRITERS: readonly string[] = [
  'workflow_dispatch',
  'schedule',
] satisfies DefaultBranchEvent[];

/** Events that GitHub runs only on the default branch. */
const DEFAULT_BRANCH_EVENTS = ['schedule', 'workflow_run'];

/** What a run may write, from its claims and the default branch that the registry knows. Pure. */
export function writeRuleOf(claims: WorkflowClaims, defaultBranch: string): WriteRule {
  const { event, ref } = claims;
  const branch = branchOf(ref);
  if (event === 'pull_request') return pullRequestRule(claims);
  if (event === 'pull_request_target') {
    return nothing(
      'a pull_request_target may not write: anyone can trigger it, and it runs with the rights of the base branch; use pull_request, and workflow_run for forks',
    );
  }
  if (event === 'merge_group') return nothing('a run of the merge queue may only read');
  if (BRANCH_EVENTS.includes(event)) {
    return branch === null
      ? nothing(`${describeBranchName(ref)} is not a branch: only branches have recordings`)
      : { kind: 'branch', branch, commit: claims.sha, ...forPullRequests(claims, defaultBranch) };
  }
  if (event === 'workflow_run') {
    return branch === defaultBranch
      ? { kind: 'fork-pull-requests' }
      : nothing(
          `a workflow_run may write only on the default branch, which is ${describeBranchName(defaultBranch)} according to this registry; this one runs on ${describeBranchName(ref)}`,
        );
  }
  return nothing(`a run on ${event} may only read`);
}

/**
 * Whether a run on a branch may also write to open pull requests: only a dispatched or scheduled run whose
 * workflow file is the one of the default branch, which review protects. On any other branch its author chooses
 * what the workflow does.
 */
function forPullRequests(
  { event, ref, repository, workflowRef }: WorkflowClaims,
  defaultBranch: string,
): { forPullRequests: DefaultBranchEvent } | Record<never, never> {
  if (!isPullRequestWriter(event) || branchOf(ref) !== defaultBranch || workflowRef === null) return {};
  const isOwnFile = workflowRef.toLowerCase().startsWith(`${repository.toLowerCase()}/`);
  return isOwnFile && workflowRef.endsWith(`@${ref}`) ? { forPullRequests: event } : {};
}

function isPullRequestWriter(event: string): event is DefaultBranchEvent {
  return PULL_REQUEST_WRITERS.includes(event);
}

/** The default branch that the claims prove; null when they prove none. */
export function provenDefaultBranch({ event, ref }: WorkflowClaims): string | null {
  return DEFAULT_BRANCH_EVENTS.includes(event) ? branchOf(ref) : null;
}

/** The run's name in the log: `pull_request #7`, `push main`. */
export function describeRun({ event, ref }: WorkflowClaims): string {
  const number = pullRequestOf(ref);
  return `${event} ${number === null ? describeBranchName(branchOf(ref) ?? ref) : `#${number}`}`;
}

function pullRequestRule({ ref, baseRef }: WorkflowClaims): WriteRule {
  const number = pullRequestOf(ref);
  if (number === null || baseRef === null)
    return nothing(`${describeBranchName(ref)} is not the merge ref of a pull request`);
  return { kind: 'pull-request', number, base: baseRef };
}

function pullRequestOf(ref: string): number | null {
  const number = /^refs\/pull\/([1-9]\d{0,8})\/merge$/.exec(ref)?.[1];
  return number === undefined ? null : Number(number);
}

const branchOf = (ref: string) => /^refs\/heads\/(.+)$/s.exec(ref)?.[1] ?? null;

const nothing = (reason: string): WriteRule => ({ kind: 'nothing', reason });
