import type { SnapshotSummary } from '../../connection/registry/snapshot.js';
import type { Plan } from './fetch-plan.js';

/** Whether an answer has the form of a plan: the query asked for it, but what answers need not be honest, or a registry. */
export function isPlan(plan: Plan): boolean {
  const { snapshot, baseline, baselineReason, unchanged, knowsHave, files, purged, unmatched } = plan;
  return (
    isSnapshot(snapshot) &&
    (baseline === null || isSnapshot(baseline)) &&
    typeof baselineReason === 'string' &&
    typeof unchanged === 'boolean' &&
    (knowsHave === null || typeof knowsHave === 'boolean') &&
    isListOf(files, (file) => typeof file.path === 'string' && typeof file.digest === 'string') &&
    isListOf(purged, (file) => typeof file.path === 'string' && typeof file.digest === 'string') &&
    (unmatched === undefined || [unmatched?.tests, unmatched?.models].every(isTexts))
  );
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((text) => typeof text === 'string');
}

function isSnapshot(snapshot: Partial<SnapshotSummary> | null | undefined): boolean {
  if (typeof snapshot !== 'object' || snapshot === null) return false;
  const { id, version, branch, pullRequest, commit } = snapshot;
  return (
    typeof id === 'string' &&
    typeof version === 'number' &&
    (branch === null || typeof branch === 'string') &&
    (pullRequest === null || typeof pullRequest === 'number') &&
    (commit === null || typeof commit === 'string')
  );
}

function isListOf<T>(list: T[], holds: (item: T) => boolean): boolean {
  return (
    Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null && holds(item))
  );
}
