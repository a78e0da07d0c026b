import { Folders } from '../../checkout/files/folders.js';
import { removeUnchanged } from '../../checkout/removal/remove-files.js';
import type { KnownFile, StoredState } from '../../checkout/state/sync-state.js';

/**
 * Removes the files of recordings that a push removed, where they are still what a pull wrote, and from
 * `files`.
 * @returns a warning for each file that changed meanwhile and stays
 */
export function removeFromDisk(
  directory: string,
  removed: string[],
  {
    files,
    state,
    patterns,
  }: { files: Map<string, KnownFile>; state: StoredState | null; patterns: string[] },
): string[] {
  const onDisk = new Map<string, KnownFile>();
  for (const path of removed) {
    const file = files.get(path);
    if (file !== undefined) onDisk.set(path, file);
    files.delete(path);
  }
  const places = { patterns, keep: false };
  const gone = new Set(removeUnchanged(directory, onDisk, new Folders(directory), state, places).removed);
  return [...onDisk.keys()]
    .filter((path) => !gone.has(path))
    .map(
      (path) => `${path} was removed from the pull request, but it changed on disk meanwhile and stays there`,
    );
}
