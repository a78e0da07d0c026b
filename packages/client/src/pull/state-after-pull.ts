import type { Plan } from '../checkout/plan/plan.js';
import type { KnownFile, SyncState } from '../checkout/state/sync-state.js';
import { pushedUntil, type SnapshotSummary } from '../connection/registry/snapshot.js';
import { type PlanRequest, targetKey } from '../connection/registry/target.js';

/**
 * The state after a pull, except for `snapshot`, `remaining` and `plan`, which depend on whether it
 * succeeds.
 * @param files the files that are on disk as planned
 */
export function stateAfterPull(
  { registry, repository, selection }: Pick<SyncState, 'registry' | 'repository' | 'selection'>,
  request: PlanRequest,
  plan: Plan,
  files: Map<string, KnownFile>,
): Omit<SyncState, 'snapshot' | 'remaining' | 'plan'> {
  return {
    registry,
    repository,
    selection,
    since: { snapshot: plan.snapshot.id, at: pushedUntil(plan.snapshot, plan.baseline) },
    target: pulledTarget(request, plan.snapshot),
    baseline: plan.baseline?.id ?? null,
    version: ownVersion(request, plan.snapshot),
    files,
    pulled: true,
  };
}

/**
 * The ref that a later push is compared with. The state stores the default branch under its name.
 */
function pulledTarget(request: PlanRequest, snapshot: SnapshotSummary): string {
  const isDefault = request.target === undefined && request.at === undefined;
  return isDefault && snapshot.branch !== null
    ? targetKey({ target: { branch: snapshot.branch } })
    : targetKey(request);
}

/**
 * The version on the target's own ref; null if the snapshot belongs to another ref, e.g. the base
 * branch.
 */
function ownVersion({ target, at }: PlanRequest, snapshot: SnapshotSummary): number | null {
  if (at !== undefined) return null;
  if (target === undefined) return snapshot.version;
  const isOwn =
    'branch' in target ? snapshot.branch === target.branch : snapshot.pullRequest === target.pullRequest;
  return isOwn ? snapshot.version : null;
}
