import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureStateFolder, STATE_FOLDER } from './sync-state.js';

/*
 * After a pull that failed, the directory lacks recordings that nobody removed on purpose. A file beside the
 * state remembers the failure until a pull succeeds, so that `push --prune` does not take them for removed.
 */

const MARKER = join(STATE_FOLDER, 'pull-failed');

/** Remembers that the last pull to the directory failed; where nothing can be written, nothing is remembered. */
export function noteFailedPull(directory: string): void {
  try {
    ensureStateFolder(directory);
    rmSync(join(directory, MARKER), { force: true });
    writeFileSync(join(directory, MARKER), '', { flag: 'wx' });
  } catch {
    // The failure of the pull itself is what the user has to read.
  }
}

/** Forgets an earlier failure, because a pull succeeded. */
export function forgetFailedPull(directory: string): void {
  rmSync(join(directory, MARKER), { force: true });
}

/** Whether the last pull to the directory failed. */
export function lastPullFailed(directory: string): boolean {
  return existsSync(join(directory, MARKER));
}
