import type { KnownFile, StoredState, SyncState } from '../checkout/state/sync-state.js';
import { pushedUntil } from '../connection/registry/snapshot.js';
import type { PushResult } from './negotiate/negotiate.js';

/**
 * What state knows after a push. Where others may have pushed since the pull, the new snapshot holds recordings that are not on
 * disk; state then names no snapshot, so that the next pull asks for all of it.
 * @param state what was known before, of any ref; null when nothing was
 * @param pushed.isProven whether the registry holds what state knows of this ref
 */
export function stateAfterPush(
  ref: Pick<SyncState, 'registry' | 'repository' | 'target'>,
  state: StoredState | null,
  pushed: { files: Map<string, KnownFile>; remove: string[]; result: PushResult; isProven: boolean },
): SyncState {
  const { files: onDisk, remove, result, isProven } = pushed;
  const baseline = result.baseline?.id ?? null;
  const since = { snapshot: result.snapshot.id, at: pushedUntil(result.snapshot, result.baseline) };
  if (state === null || state.target !== ref.target || !isProven) {
    const others = new Map([...(state?.others ?? []), ...(state?.files ?? [])]);
    for (const path of onDisk.keys()) others.delete(path);
    const unknown = { selection: null, snapshot: null, version: null };
    return { ...ref, ...unknown, since, baseline, files: onDisk, others, pulled: state?.pulled === true };
  }
  const files = new Map([...state.files, ...onDisk]);
  const others = new Map(state.others);
  for (const path of remove) files.delete(path);
  for (const path of onDisk.keys()) others.delete(path);
  const { selection } = state;
  const complete = selection === null && state.baseline === baseline && followsUpon(state, result);
  const snapshot = complete ? result.snapshot.id : null;
  const { version } = result.snapshot;
  return { ...ref, selection, snapshot, since, version, baseline, files, others, pulled: state.pulled };
}

/** Whether nobody pushed between the pull and this push. */
function followsUpon(state: StoredState, { snapshot, created }: PushResult): boolean {
  if (state.snapshot === null) return false;
  if (!created) return snapshot.id === state.snapshot;
  return state.version !== null && snapshot.version === state.version + 1;
}
