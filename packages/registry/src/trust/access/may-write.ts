import { describeBranchName, testPattern } from '@fixture-registry/protocol';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { grantsFor, type Identity, type WriteRule } from '../identity/identity.js';

/** What somebody wants to write. */
export type Write =
  | {
      kind: 'push';
      ref: RefName;
      /** How the ref stands already; null where it is new. */
      standing: { fromFork: boolean } | null;
    }
  | {
      kind: 'promotion';
      branch: string;
      pullRequest: number;
      /** Its base branch, as its last push says; null where it pushed nothing. */
      base: string | null;
      /** Whether the branch is the default one, of which GitHub's retargets may not be known here. */
      toDefault: boolean;
    }
  | { kind: 'acceptance'; pullRequest: number; fromFork: boolean }
  | {
      /** Reports that a pull request was closed without a merge. */
      kind: 'closing';
      pullRequest: number;
      /** Its base branch, as its last push says; null where it pushed nothing. */
      base: string | null;
    }
  /** Contents beside any ref; nobody sees them before a push names them. */
  | { kind: 'upload' };

/** Why somebody who has the scope write may not write just this; null when they may. */
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

/** Whether the identity may write anything to any repository. */
export function mayWriteSomething(identity: Identity): boolean {
  return identity.grants.some(
    ({ scope, writes }) => scope === 'admin' || (scope === 'write' && writes?.kind !== 'nothing'),
  );
}

/** Whether what this identity pushes counts as coming from a fork, whatever it says. */
export function bringsFromFork(identity: Identity, repository: Pick<Repository, 'id'>): boolean {
  const grants = grantsFor(identity, repository.id);
  return grants.length > 0 && grants.every(({ writes }) => writes?.kind === 'fork-pull-requests');
}

/** What the claims of an identity prove of the base of the pull request that it pushes to. */
export interface BaseProof {
  /** The base branch that GitHub signed; null where the identity proves none. */
  base: string | null;
  /** Whether an explicit baseline has to be a state of the base branch. */
  baselineOfBase: boolean;
}

/** A pull request's own run proves its base. The run that brings in forks names it, as GitHub says it. */
export function proofOfBase(identity: Identity, repository: Pick<Repository, 'id'>): BaseProof {
  const rules = grantsFor(identity, repository.id).map(({ scope, writes }) =>
    scope === 'admin' ? null : writes,
  );
  const proven = rules.find((rule) => rule?.kind === 'pull-request');
  const isWorkflow = (rule: WriteRule | null | undefined) =>
    rule?.kind === 'pull-request' || rule?.kind === 'fork-pull-requests';
  return {
    base: proven?.kind === 'pull-request' ? proven.base : null,
    baselineOfBase: rules.length > 0 && rules.every(isWorkflow),
  };
}

/** The commit that the run on a branch is on, as its claims prove it; null where they prove none. */
export function provenCommit(identity: Identity, repository: Pick<Repository, 'id'>): string | null {
  const rules = grantsFor(identity, repository.id).map(({ writes }) => writes);
  const proven = rules.find((rule) => rule?.kind === 'branch');
  return proven?.kind === 'branch' ? proven.commit : null;
}

/** The ref with the base that the identity proves, where the caller names none. */
export function withProvenBase(
  identity: Identity,
  repository: Pick<Repository, 'id'>,
  ref: RefName,
): RefName {
  if (ref.kind !== 'PULL_REQUEST' || ref.base !== null) return ref;
  return { ...ref, base: proofOfBase(identity, repository).base };
}

/** How far a push of this identity may decide which branch is the default; see `chooseDefaultBranch`. */
export type DefaultBranchAuthority = 'admin' | 'writer' | 'none';

/** A token for some refs and a workflow have none: what they may write is decided by others. */
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
  if (write.kind === 'upload') return null;
  switch (rule.kind) {
    case 'refs':
      return refusedByPattern(rule.pattern, write);
    case 'branch':
      return refusedByBranch(rule.branch, write);
    case 'pull-request':
      return refusedByPullRequest(rule, write);
    case 'fork-pull-requests':
      return refusedByForks(write);
  }
}

type RefWrite = Exclude<Write, { kind: 'upload' }>;

function refusedByPattern(pattern: string, write: RefWrite): string | null {
  const name = nameOf(write);
  // A branch may be called `pull/12`; that does not make it the pull request.
  const meansPullRequests = pattern.startsWith('pull/');
  const fits = testPattern(pattern).test(name) && !(meansPullRequests && isOfBranch(write));
  return fits ? null : `this token may write to ${describeBranchName(pattern)}, not to ${inWords(write)}`;
}

function refusedByBranch(branch: string, write: RefWrite): string | null {
  if (write.kind === 'promotion' && write.branch === branch) {
    const { base, toDefault, pullRequest } = write;
    if (base === null || base === branch || toDefault) return null;
    return (
      `a run on branch ${describeBranchName(branch)} may not promote pull request #${pullRequest}, which will be merged ` +
      `into ${describeBranchName(base)} as ` +
      'its last push says: after a retarget it has to push once more, or a token promotes it with `fixtures promote`'
    );
  }
  if (write.kind === 'push' && write.ref.kind === 'BRANCH' && write.ref.name === branch) return null;
  if (write.kind === 'closing' && write.base === branch) return null;
  return `a run on branch ${describeBranchName(branch)} may write to that branch alone, not to ${inWords(write)}`;
}

function refusedByPullRequest(rule: { number: number; base: string }, write: RefWrite): string | null {
  const own = `pull/${rule.number}`;
  if (write.kind === 'promotion') {
    return `a run on pull request #${rule.number} may not promote: the run on the branch does that, once it is merged`;
  }
  if (nameOf(write) !== own || isOfBranch(write)) {
    return `a run on pull request #${rule.number} may write to that pull request alone, not to ${inWords(write)}`;
  }
  if (write.kind === 'push' && write.ref.base !== null && write.ref.base !== rule.base) {
    return `pull request #${rule.number} will be merged into ${describeBranchName(rule.base)}, not into ${describeBranchName(write.ref.base)}`;
  }
  return null;
}

function refusedByForks(write: RefWrite): string | null {
  if (isOfBranch(write)) {
    return `a workflow_run brings in what runs of forks recorded: it may not write to ${inWords(write)}`;
  }
  if (write.kind === 'closing') {
    return `a workflow_run brings in what runs of forks recorded: it may not close ${inWords(write)}`;
  }
  const isOfFork =
    write.kind === 'acceptance'
      ? write.fromFork
      : write.kind === 'push' && (write.standing?.fromFork ?? true);
  return isOfFork
    ? null
    : `${inWords(write)} is no pull request of a fork: its own runs push its recordings, a workflow_run may not`;
}

function isOfBranch(write: RefWrite): boolean {
  return write.kind === 'promotion' || (write.kind === 'push' && write.ref.kind === 'BRANCH');
}

function inWords(write: RefWrite): string {
  const name = nameOf(write);
  return isOfBranch(write) ? `branch ${describeBranchName(name)}` : name.replace('pull/', 'pull request #');
}

/** What is written to, as patterns name it: a branch, or `pull/12`. */
function nameOf(write: RefWrite): string {
  if (write.kind === 'promotion') return write.branch;
  if (write.kind === 'acceptance' || write.kind === 'closing') return `pull/${write.pullRequest}`;
  return write.ref.kind === 'BRANCH' ? write.ref.name : `pull/${write.ref.name}`;
}
