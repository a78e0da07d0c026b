import type { Database } from '../../database/statements/database.js';
import { baseProofOf, provenCommit, refusedWrite, withProvenBase } from '../../trust/access/may-write.js';
import type { Ref } from '../snapshots/ref.js';
import { findRef } from '../snapshots/ref-store.js';
import type { PushRequest } from './push-request.js';

/**
 * Replaces what the caller names by what its claims prove: the base branch of a pull request, which also
 * limits an explicit baseline, and the commit of a run on a branch.
 */
export function withProvenClaims(request: PushRequest): PushRequest {
  const { by, repository, ref, baseline } = request;
  const ofBaseOnly = ref.kind === 'PULL_REQUEST' && baseProofOf(by.identity, repository).baselineOfBase;
  return {
    ...request,
    ref: withProvenBase(by.identity, repository, ref),
    commit: provenCommit(by.identity, repository) ?? request.commit,
    baseline: { ...baseline, ofBaseOnly },
  };
}

/** A warning when the caller names another commit than its claims. */
export function commitWarnings(requested: PushRequest, proven: PushRequest): string[] {
  if (requested.commit === null || requested.commit === proven.commit) return [];
  return [`the run is on commit ${proven.commit} according to GitHub; commit ${requested.commit} is ignored`];
}

/** Why the caller may not push to the ref; null when it may. */
export async function refusedPush(db: Database, request: PushRequest): Promise<string | null> {
  const { repository, ref } = request;
  return refusedPushTo(request, await findRef(db, repository.id, ref.kind, ref.name));
}

/** The same for a ref as found, or locked; a ref without a version counts as new. */
export function refusedPushTo({ by, repository, ref }: PushRequest, found: Ref | null): string | null {
  const existing = found === null || found.version === 0 ? null : found;
  return refusedWrite(by.identity, repository, { kind: 'push', ref, existing });
}
