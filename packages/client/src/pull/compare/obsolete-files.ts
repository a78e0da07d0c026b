import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { recordingPlaces } from '../../checkout/discover/recording-places.js';
import type { Folders } from '../../checkout/files/folders.js';
import { isTrusted, readRecording, statsOf } from '../../checkout/files/local-file.js';
import { backUpFile } from '../../checkout/files/write-recording.js';
import { trackedFiles } from '../../checkout/git/tracked-files.js';
import type { KnownFile, StoredState } from '../../checkout/state/sync-state.js';

/** The known files that are not part of a plan. */
export interface UnplannedFiles {
  /** Files that are no longer part of what is pulled. */
  obsolete: Map<string, KnownFile>;
  /** Files outside the selection of this pull. */
  unselected: Map<string, KnownFile>;
}

/**
 * Decides which known files are obsolete. A pull without a selection covers all files; a pull with
 * one covers only the files of an earlier pull with the same selection. A purged file is obsolete
 * in any case.
 */
export function findObsolete(
  state: Pick<StoredState, 'selection' | 'files' | 'remaining'> | null,
  selection: string | null,
  planned: { path: string }[],
  purged: { path: string; digest: string }[] = [],
): UnplannedFiles {
  const unplanned: UnplannedFiles = { obsolete: new Map(), unselected: new Map() };
  if (state === null) return unplanned;
  const paths = new Set(planned.map(({ path }) => path));
  const purgedDigests = new Map(purged.map(({ path, digest }) => [path, digest]));
  const sort = (files: Map<string, KnownFile>, isCovered: boolean) => {
    for (const [path, file] of files) {
      if (paths.has(path)) continue;
      const isPurged = purgedDigests.get(path) === file.digest;
      unplanned[isPurged || isCovered ? 'obsolete' : 'unselected'].set(path, file);
    }
  };
  sort(state.files, selection === null || selection === state.selection);
  sort(state.remaining, selection === null);
  return unplanned;
}

export interface Removal {
  removed: string[];
  /** Unchanged files that stay on disk and in the state. */
  stayed: Map<string, KnownFile>;
  /** Files that the state claims a pull wrote and that are not removed, and why. */
  spared: { path: string; reason: string }[];
}

/**
 * Removes the obsolete files that a pull wrote and nobody changed since, and folders that become
 * empty.
 *
 * The state may come with a checkout and is not trusted: files outside the recordings' paths, and
 * files that git tracks, stay.
 * @param options.patterns of recordings; the default ones if undefined
 * @param options.keep whether to back the files up, because the registry may no longer have them
 */
export function removeObsolete(
  directory: string,
  obsolete: Map<string, KnownFile>,
  folders: Folders,
  state: StoredState | null,
  { patterns, keep }: { patterns?: string[] | undefined; keep: boolean },
): Removal {
  const removal: Removal = { removed: [], stayed: new Map(), spared: [] };
  const refusal = recordingPlaces(patterns);
  const unchanged = [...obsolete].filter(
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

/** One line for people about the files that a pull did not remove; null if there are none. */
export function describeSpared(spared: Removal['spared']): string | null {
  const [first] = spared;
  if (first === undefined) return null;
  const more = spared.length > 1 ? ` (and ${spared.length - 1} more)` : '';
  return `Not removed, although no longer in the snapshot: ${first.path}, which ${first.reason}${more}.`;
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
