import type { KnownFile, StoredState, SyncState } from '../checkout/state/sync-state.js';
import { pushedUntil } from '../connection/registry/snapshot.js';
import type { PushResult } from './negotiate/push-mutation.js';

/**
 * The state after a push. If another job may have pushed since the pull, the new snapshot contains
 * recordings that are not on disk; `snapshot` is then null, so that the next pull requests all
 * files.
 * @param state the state before the push, for whichever ref; null if there was none
 * @param pushed.isProven whether the registry has the recordings in `state`
 */
export function stateAfterPush(
  ref: Pick<SyncState, 'registry' | 'repository' | 'target'>,
  state: StoredState | null,
  pushed: { files: Map<string, KnownFile>; remove: string[]; result: PushResult; isProven: boolean },
): SyncState {
  const { files: onDisk, remove, result, isProven } = pushed;
  const baseline = result.baseline?.id ?? null;
  const plan = state?.plan ?? null;
  const since = { snapshot: result.snapshot.id, at: pushedUntil(result.snapshot, result.baseline) };
  if (state === null || state.target !== ref.target || !isProven) {
    const remaining = new Map([...(state?.remaining ?? []), ...(state?.files ?? [])]);
    for (const path of onDisk.keys()) remaining.delete(path);
    const unknown = { selection: null, snapshot: null, version: null };
    const pulled = state?.pulled === true;
    return { ...ref, ...unknown, since, baseline, files: onDisk, remaining, pulled, plan };
  }
  const files = new Map([...state.files, ...onDisk]);
  const remaining = new Map(state.remaining);
  for (const path of remove) files.delete(path);
  for (const path of onDisk.keys()) remaining.delete(path);
  const { selection } = state;
  const isComplete = selection === null && state.baseline === baseline && followsState(state, result);
  const snapshot = isComplete ? result.snapshot.id : null;
  const { version } = result.snapshot;
  const { pulled } = state;
  return { ...ref, selection, snapshot, since, version, baseline, files, remaining, pulled, plan };
}

/** Whether no other push came between the state and this push. */
function followsState(state: StoredState, { snapshot, created }: PushResult): boolean {
  if (state.snapshot === null) return false;
  if (!created) return snapshot.id === state.snapshot;
  return state.version !== null && snapshot.version === state.version + 1;
}
