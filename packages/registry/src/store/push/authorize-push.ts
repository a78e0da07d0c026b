import type { Database } from '../../database/statements/database.js';
import {
  baseProofOf,
  defaultBranchEvent,
  provenCommit,
  refusedWrite,
  withProvenBase,
} from '../../trust/access/may-write.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { knownBase } from '../promotion/promotion-store.js';
import type { Ref } from '../snapshots/ref.js';
import { findRef } from '../snapshots/ref-store.js';
import type { PushRequest } from './push-request.js';

/** The parts of a push, or of a report, that decide whether it may write to its ref. */
export type RefWrite = Pick<PushRequest, 'by' | 'repository' | 'ref'>;

/**
 * Replaces what the caller names by what its claims prove: the base branch of a pull request, which also
 * limits an explicit baseline, and the commit of a run on a branch.
 */
export async function withProvenClaims(db: Database, request: PushRequest): Promise<PushRequest> {
  const { by, repository, ref, baseline } = request;
  const isPullRequest = ref.kind === 'PULL_REQUEST';
  // A watch is compared with the default branch, whoever pushes it.
  const ofBaseOnly =
    ref.kind === 'WATCH' || (isPullRequest && baseProofOf(by.identity, repository).baselineOfBase);
  // The commit of a run on the default branch is not that of the pull request which it records for.
  const proven = isPullRequest ? null : provenCommit(by.identity, repository);
  return {
    ...request,
    ref: await provenRef(db, request),
    commit: proven ?? request.commit,
    baseline: { ...baseline, ofBaseOnly },
  };
}

/** The ref with its base: of the claims, or for a run of the default branch the one that the registry knows. */
export async function provenRef(db: Database, { by, repository, ref }: RefWrite): Promise<RefName> {
  const isOpen = ref.kind === 'PULL_REQUEST' && ref.base === null;
  if (!isOpen || defaultBranchEvent(by.identity, repository) === null)
    return withProvenBase(by.identity, repository, ref);
  const found = await findRef(db, repository.id, ref.kind, ref.name);
  const isKnown = found !== null && found.version > 0;
  return { ...ref, base: isKnown ? await knownBase(db, repository, found) : repository.defaultBranch };
}

/** A warning when the caller names another commit than its claims. */
export function commitWarnings(requested: PushRequest, proven: PushRequest): string[] {
  if (requested.commit === null || requested.commit === proven.commit) return [];
  return [`the run is on commit ${proven.commit} according to GitHub; commit ${requested.commit} is ignored`];
}

/** Why the caller may not push to the ref; null when it may. */
export async function refusedPush(db: Database, request: RefWrite): Promise<string | null> {
  const { repository, ref } = request;
  return refusedPushTo(db, request, await findRef(db, repository.id, ref.kind, ref.name));
}

/** The same for a ref as found, or locked; a ref without a version counts as new. */
export async function refusedPushTo(
  db: Database,
  { by, repository, ref }: RefWrite,
  found: Ref | null,
): Promise<string | null> {
  if (ref.kind === 'WATCH') return refusedWrite(by.identity, repository, { kind: 'watch' });
  const existing = found === null || found.version === 0 ? null : await existingRef(db, repository, found);
  return refusedWrite(by.identity, repository, { kind: 'push', ref, existing });
}

async function existingRef(db: Database, repository: Repository, found: Ref) {
  const { fromFork } = found;
  return found.kind === 'PULL_REQUEST'
    ? { fromFork, base: await knownBase(db, repository, found) }
    : { fromFork };
}
