import type { Connection } from '../connection/registry/connection.js';
import { filesItMayLack } from './changes/choose-changes.js';
import type { FoundChanges } from './changes/find-changes.js';
import type { PushResult, PushTerms } from './negotiate/negotiate.js';
import { negotiateRedacted } from './negotiate/negotiate-redacted.js';
import { SinceUnknownError } from './negotiate/since-unknown-error.js';
import type { RedactedFile } from './secrets/redact-files.js';

export interface PushedDifference {
  result: PushResult;
  uploaded: number;
  redacted: RedactedFile[];
  /** The paths that were removed from the ref. */
  remove: string[];
  /** False when the registry did not hold what state knows, so that nothing but what was pushed now is known to be there. */
  isProven: boolean;
}

/**
 * Pushes what differs from state, and names the snapshot of it. Where the registry does not hold that, because it was restored from
 * a backup or replaced, it pushes whatever the registry may lack, and removes nothing.
 */
export async function pushDifference(
  connection: Connection,
  options: PushTerms,
  { add, remove, files, known, state }: FoundChanges,
): Promise<PushedDifference> {
  if (state === null || state.target !== known.target) {
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
    const lacking = filesItMayLack(files, state.files, new Set(error.newer));
    connection.log(
      'The registry no longer knows the snapshot that this directory was pulled from; pushing every recording that it may lack.',
    );
    if (remove.length > 0) connection.log('Nothing is pruned: pull, then push with --prune again.');
    const pushed = await negotiateRedacted(connection, options, { add: lacking, remove: [] });
    return { ...pushed, remove: [], isProven: false };
  }
}
