import { describeBranchName } from '@fixture-registry/protocol';
import type { Connection } from '../connection/connection.js';
import { RegistryError } from '../connection/registry-error.js';
import type { SnapshotSummary } from '../snapshot.js';
import type { PlanQuestion, Target } from '../target.js';

/**
 * A branch or pull request without recordings of its own: `fail`, or `base`: take those that it would lie over, as
 * the registry offers. The latter is right only for what is checked out: any other name may be mistyped.
 */
export type IfMissing = 'fail' | 'base';

/** Whether a planned snapshot is one of the target's own, and not of what the target would lie over. */
export function isOwnState({ target, at }: PlanQuestion, snapshot: SnapshotSummary): boolean {
  if (at !== undefined) return true;
  // Version 0 is the empty state of a repository to which nothing was pushed.
  if (target === undefined) return snapshot.version > 0;
  return 'branch' in target ? snapshot.branch === target.branch : snapshot.pullRequest === target.pullRequest;
}

/** @throws RegistryError unless what the target would lie over may be used in its place */
export function requireFallback(
  connection: Connection,
  { target, ifMissing = 'fail' }: { target?: Target; ifMissing?: IfMissing },
): void {
  if (ifMissing === 'base') return;
  throw missingTarget(connection, target);
}

/** The failure for a target that the registry has nothing of. */
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

/** A target for a sentence. */
export function describeTarget(target: Target): string {
  return 'branch' in target
    ? `branch ${describeBranchName(target.branch)}`
    : `pull request #${target.pullRequest}`;
}
