import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { recordingPlaces } from '../../checkout/discover/recording-places.js';
import type { Folders } from '../../checkout/files/folders.js';
import { isTrusted, readRecording, statsOf } from '../../checkout/files/local-file.js';
import { keepReplaced } from '../../checkout/files/write-recording.js';
import { trackedFiles } from '../../checkout/git/tracked-files.js';
import type { KnownFile, StoredState } from '../../checkout/state/sync-state.js';

export interface Leaving {
  /** Known files that are no longer part of what is pulled. */
  gone: Map<string, KnownFile>;
  /** Known files of which this pull says nothing, because it selects others. */
  kept: Map<string, KnownFile>;
}

/**
 * Decides which files that state knows have left. A pull of everything speaks for all; one of a selection only for what
 * the same selection brought before: that another selection does not name a file does not mean that it is gone. What was
 * purged leaves in any case.
 */
export function leavingFiles(
  state: Pick<StoredState, 'selection' | 'files' | 'others'> | null,
  selection: string | null,
  planned: { path: string }[],
  purged: { path: string; digest: string }[] = [],
): Leaving {
  const leaving: Leaving = { gone: new Map(), kept: new Map() };
  if (state === null) return leaving;
  const paths = new Set(planned.map(({ path }) => path));
  const gone = new Map(purged.map(({ path, digest }) => [path, digest]));
  for (const [path, file] of state.files) {
    if (paths.has(path)) continue;
    const isPurged = gone.get(path) === file.digest;
    const speaksForIt = isPurged || selection === null || selection === state.selection;
    leaving[speaksForIt ? 'gone' : 'kept'].set(path, file);
  }
  for (const [path, file] of state.others) {
    if (paths.has(path)) continue;
    const isPurged = gone.get(path) === file.digest;
    leaving[isPurged || selection === null ? 'gone' : 'kept'].set(path, file);
  }
  return leaving;
}

export interface RemovedFiles {
  removed: string[];
  /** Files still there of which state goes on to know. */
  stayed: Map<string, KnownFile>;
  /** Files that state says a pull wrote and that are none of a pull's to remove, and why. */
  spared: { path: string; reason: string }[];
}

/**
 * Removes those of the gone files that a pull wrote and nobody changed since, and folders that are empty then.
 * State alone is not believed, because it may come with a checkout: what lies outside of the places of recordings,
 * or is tracked by git, stays.
 * @param options.patterns where recordings lie; `DEFAULT_PATHS` unless given
 * @param options.keep whether to keep a copy in `.fixtures/replaced`, because the registry may not have them any more
 */
export function removeGone(
  directory: string,
  gone: Map<string, KnownFile>,
  folders: Folders,
  state: StoredState | null,
  { patterns, keep }: { patterns?: string[] | undefined; keep: boolean },
): RemovedFiles {
  const result: RemovedFiles = { removed: [], stayed: new Map(), spared: [] };
  const refusal = recordingPlaces(patterns);
  const still = [...gone].filter(
    ([path, file]) => isReachable(folders, path) && isUnchanged(directory, path, file, state),
  );
  const inPlace = still.flatMap(([path, { written }]) => (written && refusal(path) === null ? [path] : []));
  const tracked = trackedFiles(directory, inPlace);
  for (const [path, file] of still) {
    const reason = refusal(path) ?? (tracked.has(path) ? 'is tracked by git' : null);
    if (!file.written || reason !== null) {
      result.stayed.set(path, file);
      if (file.written && reason !== null) result.spared.push({ path, reason });
      continue;
    }
    if (keep) keepReplaced(directory, path);
    unlinkSync(join(directory, path));
    folders.removeEmpty(path);
    result.removed.push(path);
  }
  return result;
}

/** One line for what a pull did not remove, for a person. */
export function describeSpared(spared: RemovedFiles['spared']): string | null {
  const [first] = spared;
  if (first === undefined) return null;
  const more = spared.length > 1 ? ` (and ${spared.length - 1} more)` : '';
  return `Not removed, although it left the snapshot: ${first.path}, which ${first.reason}${more}.`;
}

/** Whether the path still leads through folders alone; what a link leads to is not ours to remove. */
function isReachable(folders: Folders, path: string): boolean {
  try {
    return folders.holds(path);
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
