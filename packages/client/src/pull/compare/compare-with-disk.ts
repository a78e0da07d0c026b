import type { Stats } from 'node:fs';
import type { Folders } from '../../checkout/files/folders.js';
import { isTrusted, readRecording, statsOf } from '../../checkout/files/local-file.js';
import { isRead } from '../../checkout/files/read-unnoticed.js';
import { LocalError } from '../../checkout/local-error.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import { markUnread } from '../../checkout/reads/mark-unread.js';
import type { KnownFile, StoredState } from '../../checkout/state/sync-state.js';

export interface Comparison {
  /** Planned files that are already on disk with the planned content. */
  present: Map<string, KnownFile>;
  /**
   * Planned files to write. `local`: the file at this path was not written by a pull, so it is
   * backed up.
   */
  wanted: (PlannedFile & { local: boolean })[];
  /** How many files had to be read because the state did not cover them. */
  read: number;
  /** How many present files looked read, and were marked as unread. */
  marked: number;
}

/**
 * Compares the planned files with those on disk. Files that are unchanged since the state was
 * written are not read. Marks the present files as unread, so that later reads are those of tests.
 * @param keep whether to treat every replaced file as local, because the registry may no longer
 *   have it
 * @throws LocalError if a folder, a symbolic link or a special file is at the path of a recording
 */
export function compareWithDisk(
  directory: string,
  planned: PlannedFile[],
  state: StoredState | null,
  folders: Folders,
  keep = false,
): Comparison {
  const comparison: Comparison = { present: new Map(), wanted: [], read: 0, marked: 0 };
  for (const file of planned) {
    const stats = folders.exists(file.path) ? statsOf(directory, file.path) : null;
    if (stats === null) {
      comparison.wanted.push({ ...file, local: false });
      continue;
    }
    requireFile(stats, file.path);
    const known = state?.files.get(file.path) ?? state?.remaining.get(file.path);
    const digest = digestOnDisk(directory, file, stats, known, state, comparison);
    if (digest === file.digest) {
      const { size } = stats;
      const mtimeMs = markUnread(directory, file.path, stats);
      if (isRead(stats)) comparison.marked++;
      const written = known?.written === true && known.digest === digest;
      comparison.present.set(file.path, { digest, size, mtimeMs, written });
    } else {
      comparison.wanted.push({ ...file, local: keep || digest === null || digest !== known?.digest });
    }
  }
  return comparison;
}

/** Null if the size alone shows that the file is neither the planned nor the known one. */
function digestOnDisk(
  directory: string,
  file: PlannedFile,
  stats: Stats,
  known: KnownFile | undefined,
  state: StoredState | null,
  comparison: Comparison,
): string | null {
  if (state !== null && isTrusted(known, stats, state.writtenMs)) return known.digest;
  if (stats.size !== file.size && stats.size !== known?.size) return null;
  comparison.read++;
  return readRecording(directory, file.path).digest;
}

function requireFile(stats: Stats, path: string): void {
  if (stats.isFile()) return;
  const what = stats.isDirectory()
    ? 'a folder'
    : stats.isSymbolicLink()
      ? 'a symbolic link'
      : 'a special file';
  throw new LocalError(`${path} cannot be written: there is ${what}. Remove it, then pull again.`, path);
}
