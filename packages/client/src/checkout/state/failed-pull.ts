import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureStateFolder, STATE_FOLDER } from './state-folder.js';

/*
 * After a failed pull the directory lacks recordings that nobody removed on purpose. A marker file
 * records the failure until a pull succeeds, so that `push --prune` does not remove them from the
 * ref.
 */

const MARKER = join(STATE_FOLDER, 'pull-failed');

/**
 * Records that the last pull to the directory failed. Does nothing if the directory is not
 * writable.
 */
export function markPullFailed(directory: string): void {
  try {
    ensureStateFolder(directory);
    rmSync(join(directory, MARKER), { force: true });
    writeFileSync(join(directory, MARKER), '', { flag: 'wx' });
  } catch {
    // The user must see the failure of the pull, not this one.
  }
}

/** Records that the last pull to the directory succeeded. */
export function clearFailedPull(directory: string): void {
  rmSync(join(directory, MARKER), { force: true });
}

/** Whether the last pull to the directory failed. */
export function lastPullFailed(directory: string): boolean {
  return existsSync(join(directory, MARKER));
}
