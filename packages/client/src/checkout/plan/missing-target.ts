import { describeBranchName } from '@fixture-registry/protocol';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import type { SnapshotSummary } from '../../connection/registry/snapshot.js';
import type { PlanRequest, Target } from '../../connection/registry/target.js';

/**
 * What to do if a branch or pull request has no recordings of its own: fail, or use those of its
 * base, which the registry returns. Use `base` only for the ref that is checked out: any other name
 * may be mistyped.
 */
export type IfMissing = 'fail' | 'base';

/** Whether a planned snapshot belongs to the target itself, rather than to its base. */
export function isOwnState({ target, at }: PlanRequest, snapshot: SnapshotSummary): boolean {
  if (at !== undefined) return true;
  // Version 0 is the empty state of a repository without pushes.
  if (target === undefined) return snapshot.version > 0;
  return 'branch' in target ? snapshot.branch === target.branch : snapshot.pullRequest === target.pullRequest;
}

/** @throws RegistryError unless the recordings of the base may be used instead of the target's */
export function requireFallback(
  connection: Connection,
  { target, ifMissing = 'fail' }: { target?: Target; ifMissing?: IfMissing },
): void {
  if (ifMissing === 'base') return;
  throw missingTarget(connection, target);
}

/** The error for a target without recordings. */
export function missingTarget({ repository }: Connection, target: Target | undefined): RegistryError {
  const of = `${repository.owner}/${repository.name}`;
  return new RegistryError(
    'NOT_FOUND',
    target === undefined
      ? `The registry has no recordings of ${of} yet. Push some first.`
      : `The registry has no recordings of ${describeTarget(target)} in ${of}. Check the ` +
          `${'branch' in target ? 'name' : 'number'}, or push to it first.`,
  );
}

/** The error for a commit without recordings. */
export function missingCommit({ repository }: Connection, commit: string): RegistryError {
  return new RegistryError(
    'NOT_FOUND',
    `The registry has no recordings of commit ${commit} in ${repository.owner}/${repository.name}. ` +
      'Check the commit, or push its recordings first.',
  );
}

/** The name of a target in a sentence, e.g. `branch main`. */
export function describeTarget(target: Target): string {
  return 'branch' in target
    ? `branch ${describeBranchName(target.branch)}`
    : `pull request #${target.pullRequest}`;
}
