import { testPattern } from '@fixture-registry/protocol';
import type { Repository } from '../repositories/repository.js';
import type { RefName } from '../snapshots/ref.js';
import { grantsFor, type Identity } from './identity.js';

/** What a grant may write of its repository. For workflows it follows from the claims that GitHub signed, from nothing else. */
export type WriteRule =
  /** A token for some refs: `main`, `release/*`, `pull/12`, `pull/*`; `*` stands for anything. */
  | { kind: 'refs'; pattern: string }
  /** A workflow on a branch. */
  | { kind: 'branch'; branch: string }
  /** A workflow on a pull request. */
  | { kind: 'pull-request'; number: number; base: string }
  /** A workflow on the default branch that brings in what runs of forks recorded. */
  | { kind: 'fork-pull-requests' }
  /** A workflow that may only read, and why. */
  | { kind: 'nothing'; reason: string };

/** What somebody wants to write. */
export type Write =
  | {
      kind: 'push';
      ref: RefName;
      /** How the ref stands already; null where it is new. */
      standing: { fromFork: boolean } | null;
    }
  | { kind: 'promotion'; branch: string; pullRequest: number }
  | { kind: 'acceptance'; pullRequest: number; fromFork: boolean }
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
  return fits ? null : `this token may write to ${pattern}, not to ${inWords(write)}`;
}

function refusedByBranch(branch: string, write: RefWrite): string | null {
  if (write.kind === 'promotion' && write.branch === branch) return null;
  if (write.kind === 'push' && write.ref.kind === 'BRANCH' && write.ref.name === branch) return null;
  return `a run on branch ${branch} may write to that branch alone, not to ${inWords(write)}`;
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
    return `pull request #${rule.number} will be merged into ${rule.base}, not into ${write.ref.base}`;
  }
  return null;
}

function refusedByForks(write: RefWrite): string | null {
  if (isOfBranch(write)) {
    return `a workflow_run brings in what runs of forks recorded: it may not write to ${inWords(write)}`;
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
  return isOfBranch(write) ? `branch ${name}` : name.replace('pull/', 'pull request #');
}

/** What is written to, as patterns name it: a branch, or `pull/12`. */
function nameOf(write: RefWrite): string {
  if (write.kind === 'promotion') return write.branch;
  if (write.kind === 'acceptance') return `pull/${write.pullRequest}`;
  return write.ref.kind === 'BRANCH' ? write.ref.name : `pull/${write.ref.name}`;
}
