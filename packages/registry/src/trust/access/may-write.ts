import { describeBranchName, testPattern } from '@fixture-registry/protocol';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { type DefaultBranchEvent, grantsFor, type Identity, type WriteRule } from '../identity/identity.js';

/** A write that a caller attempts. */
export type Write =
  | {
      kind: 'push';
      ref: RefName;
      /** The existing ref; null for a new one. */
      existing: {
        fromFork: boolean;
        /** For a pull request: the base branch of its last push; absent when unknown. */
        base?: string;
      } | null;
    }
  | {
      kind: 'promotion';
      branch: string;
      pullRequest: number;
      /** The pull request's base branch, from its last push; null before the first push. */
      base: string | null;
      /** Whether `branch` is the default branch. GitHub may retarget a pull request to it without a push. */
      toDefault: boolean;
    }
  | { kind: 'acceptance'; pullRequest: number; fromFork: boolean }
  | {
      /** Reports that a pull request was closed without a merge. */
      kind: 'closing';
      pullRequest: number;
      /** The pull request's base branch, from its last push; null before the first push. */
      base: string | null;
    }
  /** Contents without a ref. They are invisible until a push names them. */
  | { kind: 'upload' }
  /** What a watch recorded, beside the recordings of the default branch. */
  | { kind: 'watch' };

/** Why an identity may not make this write, even with the scope write; null when it may. */
export function refusedWrite(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
  write: Write,
): string | null {
  const grants = grantsFor(identity, repository.id).filter(({ scope }) => scope !== 'read');
  let refused: string | null = 'this needs the scope write';
  for (const { writes, scope } of grants) {
    refused = writes === undefined || scope === 'admin' ? null : refusedBy(writes, write);
    if (refused === null) return null;
  }
  return refused;
}

/** Whether the identity may write to at least one repository. */
export function mayWriteSomething(identity: Identity): boolean {
  return identity.grants.some(
    ({ scope, writes }) =>
      scope === 'admin' || (scope === 'write' && writes?.kind !== 'nothing' && writes?.kind !== 'acceptance'),
  );
}

/** Whether all pushes of this identity count as from a fork, regardless of what the push says. */
export function pushesFromFork(identity: Identity, repository: Pick<Repository, 'id'>): boolean {
  const grants = grantsFor(identity, repository.id);
  return grants.length > 0 && grants.every(({ writes }) => writes?.kind === 'fork-pull-requests');
}

/** What the claims of an identity prove about the base of the pull request that it pushes to. */
export interface BaseProof {
  /** The base branch from GitHub's claims; null when they do not contain it. */
  base: string | null;
  /** Whether an explicit baseline must be a state of the base branch. */
  baselineOfBase: boolean;
}

/**
 * The claims of a pull request's own run contain its base. A `workflow_run` for forks names the base itself.
 */
export function baseProofOf(identity: Identity, repository: Pick<Repository, 'id'>): BaseProof {
  const rules = grantsFor(identity, repository.id).map(({ scope, writes }) =>
    scope === 'admin' ? null : writes,
  );
  const proven = rules.find((rule) => rule?.kind === 'pull-request');
  const isWorkflow = (rule: WriteRule | null | undefined) =>
    rule?.kind === 'pull-request' ||
    rule?.kind === 'fork-pull-requests' ||
    (rule?.kind === 'branch' && rule.forPullRequests !== undefined);
  return {
    base: proven?.kind === 'pull-request' ? proven.base : null,
    baselineOfBase: rules.length > 0 && rules.every(isWorkflow),
  };
}

/** The commit of a run on a branch, from its claims; null when they do not contain it. */
export function provenCommit(identity: Identity, repository: Pick<Repository, 'id'>): string | null {
  const rules = grantsFor(identity, repository.id).map(({ writes }) => writes);
  const proven = rules.find((rule) => rule?.kind === 'branch');
  return proven?.kind === 'branch' ? proven.commit : null;
}

/**
 * The event of a run on the default branch that may write to open pull requests; null for every other
 * identity. Its claims prove neither the base of the pull request nor that it is open.
 */
export function defaultBranchEvent(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
): DefaultBranchEvent | null {
  const rules = grantsFor(identity, repository.id).map(({ writes }) => writes);
  const rule = rules.find((one) => one?.kind === 'branch');
  return (rule?.kind === 'branch' && rule.forPullRequests) || null;
}

/** Adds the proven base branch to a pull request whose caller names none. */
export function withProvenBase(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
  ref: RefName,
): RefName {
  if (ref.kind !== 'PULL_REQUEST' || ref.base !== null) return ref;
  return { ...ref, base: baseProofOf(identity, repository).base };
}

/** The right of an identity to set the default branch with a push; see `chooseDefaultBranch`. */
export type DefaultBranchAuthority = 'admin' | 'writer' | 'none';

/** Workflows and tokens that are limited to refs have no authority. */
export function defaultBranchAuthority(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
): DefaultBranchAuthority {
  const grants = grantsFor(identity, repository.id);
  if (grants.some(({ scope }) => scope === 'admin')) return 'admin';
  return grants.some(({ scope, writes }) => scope === 'write' && writes === undefined) ? 'writer' : 'none';
}

function refusedBy(rule: WriteRule, write: Write): string | null {
  if (rule.kind === 'nothing') return rule.reason;
  if (rule.kind === 'acceptance') {
    return write.kind === 'acceptance' ? null : 'a person who signed in with GitHub may only accept drift';
  }
  if (write.kind === 'upload') return null;
  if (write.kind === 'watch') return refusedWatch(rule);
  switch (rule.kind) {
    case 'refs':
      return refusedByPattern(rule.pattern, write);
    case 'branch':
      return isForPullRequest(rule, write)
        ? refusedByBase(write, write.existing?.base ?? rule.branch)
        : refusedByBranch(rule, write);
    case 'pull-request':
      return refusedByPullRequest(rule, write);
    case 'fork-pull-requests':
      return refusedByForks(write);
  }
}

type RefWrite = Exclude<Write, { kind: 'upload' | 'watch' }>;

/** A watch is compared with the default branch, so whoever changes its workflow file needs a review. */
function refusedWatch(rule: WriteRule): string | null {
  if (rule.kind === 'branch' && rule.forPullRequests !== undefined) return null;
  const who = rule.kind === 'refs' ? `a token for ${describeBranchName(rule.pattern)}` : RUNS[rule.kind];
  return (
    `${who} may not push a watch: only a workflow_dispatch or schedule run of the default branch may, or a token ` +
    'that may write to every branch'
  );
}

const RUNS: Record<Exclude<WriteRule['kind'], 'refs'>, string> = {
  branch: 'this run',
  'pull-request': 'a run on a pull request',
  'fork-pull-requests': 'a workflow_run',
  acceptance: 'a person who signed in with GitHub',
  nothing: 'this run',
};

const ONLY_DEFAULT_BRANCH =
  '. Only a workflow_dispatch or schedule run of the default branch may write to the open pull requests of its repository';

function refusedByPattern(pattern: string, write: RefWrite): string | null {
  const name = targetName(write);
  // A branch may be named `pull/12` as well; a pattern for pull requests must not match it.
  const meansPullRequests = pattern.startsWith('pull/');
  const matches = testPattern(pattern).test(name) && !(meansPullRequests && isToBranch(write));
  return matches
    ? null
    : `this token may write to ${describeBranchName(pattern)}, not to ${describeTarget(write)}`;
}

type PullRequestPush = Extract<Write, { kind: 'push' }>;

/** Whether a rule covers a push to a pull request, whichever one it is. */
function isForPullRequest(
  rule: Extract<WriteRule, { kind: 'branch' }>,
  write: RefWrite,
): write is PullRequestPush {
  return rule.forPullRequests !== undefined && write.kind === 'push' && write.ref.kind === 'PULL_REQUEST';
}

/**
 * The base judges a pull request, so a run of the default branch cannot choose it: it is that of the pull
 * request's own runs, and the default branch before the first of them.
 */
function refusedByBase({ ref }: PullRequestPush, base: string): string | null {
  if (ref.base === null || ref.base === base) return null;
  return (
    `the base branch of pull request #${ref.name} is ${describeBranchName(base)} according to this registry, not ` +
    `${describeBranchName(ref.base)}. Run the workflow of the pull request once: its claims prove the base`
  );
}

function refusedByBranch(
  { branch, forPullRequests }: Extract<WriteRule, { kind: 'branch' }>,
  write: RefWrite,
): string | null {
  if (write.kind === 'promotion' && write.branch === branch) {
    const { base, toDefault, pullRequest } = write;
    if (base === null || base === branch || toDefault) return null;
    return (
      `a run on branch ${describeBranchName(branch)} may not promote pull request #${pullRequest}: its last push ` +
      `names ${describeBranchName(base)} as its base branch. After a retarget, push the pull request again, or ` +
      'promote it with a token and `fixtures promote`'
    );
  }
  if (write.kind === 'push' && write.ref.kind === 'BRANCH' && write.ref.name === branch) return null;
  if (write.kind === 'closing' && (write.base === branch || forPullRequests !== undefined)) return null;
  const refused = `a run on branch ${describeBranchName(branch)} may only write to that branch, not to ${describeTarget(write)}`;
  return write.kind === 'push' && write.ref.kind === 'PULL_REQUEST' ? refused + ONLY_DEFAULT_BRANCH : refused;
}

function refusedByPullRequest(rule: { number: number; base: string }, write: RefWrite): string | null {
  const own = `pull/${rule.number}`;
  if (write.kind === 'promotion') {
    return `a run on pull request #${rule.number} may not promote: after the merge, the run on the branch promotes it`;
  }
  if (targetName(write) !== own || isToBranch(write)) {
    return `a run on pull request #${rule.number} may only write to that pull request, not to ${describeTarget(write)}`;
  }
  if (write.kind === 'push' && write.ref.base !== null && write.ref.base !== rule.base) {
    return `pull request #${rule.number} will be merged into ${describeBranchName(rule.base)}, not into ${describeBranchName(write.ref.base)}`;
  }
  return null;
}

function refusedByForks(write: RefWrite): string | null {
  if (isToBranch(write)) {
    return `a workflow_run may only push the recordings of forks: it may not write to ${describeTarget(write)}`;
  }
  if (write.kind === 'closing') {
    return `a workflow_run may only push the recordings of forks: it may not close ${describeTarget(write)}`;
  }
  const isFromFork =
    write.kind === 'acceptance'
      ? write.fromFork
      : write.kind === 'push' && (write.existing?.fromFork ?? true);
  return isFromFork
    ? null
    : `${describeTarget(write)} is not from a fork: its own runs push its recordings, a workflow_run may not`;
}

function isToBranch(write: RefWrite): boolean {
  return write.kind === 'promotion' || (write.kind === 'push' && write.ref.kind === 'BRANCH');
}

function describeTarget(write: RefWrite): string {
  const name = targetName(write);
  return isToBranch(write) ? `branch ${describeBranchName(name)}` : name.replace('pull/', 'pull request #');
}

/** The target of a write in the form of the patterns: a branch name, or `pull/12`. */
function targetName(write: RefWrite): string {
  if (write.kind === 'promotion') return write.branch;
  if (write.kind === 'acceptance' || write.kind === 'closing') return `pull/${write.pullRequest}`;
  return write.ref.kind === 'BRANCH' ? write.ref.name : `pull/${write.ref.name}`;
}
