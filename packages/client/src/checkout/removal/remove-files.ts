import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { recordingPlaces } from '../discover/recording-places.js';
import type { Folders } from '../files/folders.js';
import { isTrusted, readRecording, statsOf } from '../files/local-file.js';
import { backUpFile } from '../files/write-recording.js';
import { trackedFiles } from '../git/tracked-files.js';
import type { KnownFile, StoredState } from '../state/sync-state.js';

export interface Removal {
  removed: string[];
  /** Unchanged files that stay on disk and in the state. */
  stayed: Map<string, KnownFile>;
  /** Files that the state claims a pull wrote and that are not removed, and why. */
  spared: { path: string; reason: string }[];
}

/**
 * Removes the files that a pull wrote and nobody changed since, and folders that become
 * empty.
 *
 * The state may come with a checkout and is not trusted: files outside the recordings' paths, and
 * files that git tracks, stay.
 * @param options.patterns of recordings; the default ones if undefined
 * @param options.keep whether to back the files up, because the registry may no longer have them
 */
export function removeUnchanged(
  directory: string,
  files: Map<string, KnownFile>,
  folders: Folders,
  state: StoredState | null,
  { patterns, keep }: { patterns?: string[] | undefined; keep: boolean },
): Removal {
  const removal: Removal = { removed: [], stayed: new Map(), spared: [] };
  const refusal = recordingPlaces(patterns);
  const unchanged = [...files].filter(
    ([path, file]) => isReachable(folders, path) && isUnchanged(directory, path, file, state),
  );
  const removable = unchanged.flatMap(([path, { written }]) =>
    written && refusal(path) === null ? [path] : [],
  );
  const tracked = trackedFiles(directory, removable);
  for (const [path, file] of unchanged) {
    const reason = refusal(path) ?? (tracked.has(path) ? 'is tracked by git' : null);
    if (!file.written || reason !== null) {
      removal.stayed.set(path, file);
      if (file.written && reason !== null) removal.spared.push({ path, reason });
      continue;
    }
    if (keep) backUpFile(directory, path);
    unlinkSync(join(directory, path));
    folders.removeEmpty(path);
    removal.removed.push(path);
  }
  return removal;
}

/**
 * Whether every component of the path is a folder: a file behind a symbolic link must not be
 * removed.
 */
function isReachable(folders: Folders, path: string): boolean {
  try {
    return folders.exists(path);
  } catch {
    return false;
  }
}

function isUnchanged(directory: string, path: string, file: KnownFile, state: StoredState | null): boolean {
  const stats = statsOf(directory, path);
  if (stats === null || !stats.isFile() || stats.size !== file.size) return false;
  if (state !== null && isTrusted(file, stats, state.writtenMs)) return true;
  return readRecording(directory, path).digest === file.digest;
}
