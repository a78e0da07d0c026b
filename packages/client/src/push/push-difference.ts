import type { Connection } from '../connection/registry/connection.js';
import { filesToRestore } from './changes/choose-changes.js';
import type { FoundChanges } from './changes/find-changes.js';
import type { PushContext } from './negotiate/negotiate.js';
import { negotiateRedacted } from './negotiate/negotiate-redacted.js';
import type { PushResult } from './negotiate/push-mutation.js';
import { SinceUnknownError } from './negotiate/since-unknown-error.js';
import type { RedactedFile } from './secrets/redact-files.js';

export interface PushedDifference {
  result: PushResult;
  uploaded: number;
  redacted: RedactedFile[];
  /** The paths that were removed from the ref. */
  remove: string[];
  /**
   * Whether the registry has the recordings in the state; false if it lost the state, and then only
   * `result` counts.
   */
  isProven: boolean;
}

/**
 * Pushes the difference to the state. If the registry does not have that state, because it was
 * restored from a backup or replaced, pushes every recording that it may lack, and removes nothing.
 * @throws as `negotiateRedacted`
 */
export async function pushDifference(
  connection: Connection,
  options: PushContext,
  { add, remove, files, ref, state }: FoundChanges,
): Promise<PushedDifference> {
  if (state === null || state.target !== ref.target) {
    return {
      ...(await negotiateRedacted(connection, options, { add, remove })),
      remove,
      isProven: true,
    };
  }
  try {
    const changes = { add, remove, since: state.since, isNew: true };
    return { ...(await negotiateRedacted(connection, options, changes)), remove, isProven: true };
  } catch (error) {
    if (!(error instanceof SinceUnknownError)) throw error;
    const restored = filesToRestore(files, state.files, new Set(error.newer));
    connection.log(
      'The registry no longer knows the snapshot that this directory was pulled from; ' +
        'pushing every recording that it may lack.',
    );
    if (remove.length > 0) connection.log('Nothing is pruned. Pull, then push with --prune again.');
    const pushed = await negotiateRedacted(connection, options, { add: restored, remove: [] });
    return { ...pushed, remove: [], isProven: false };
  }
}
