import type { Stats } from 'node:fs';
import type { Folders } from '../../checkout/files/folders.js';
import { isTrusted, readRecording, statsOf } from '../../checkout/files/local-file.js';
import { LocalError } from '../../checkout/local-error.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { KnownFile, StoredState } from '../../checkout/state/sync-state.js';

export interface Comparison {
  /** Planned files that are on disk as planned. */
  present: Map<string, KnownFile>;
  /** Planned files to write; `local` ones take the place of a file that no pull wrote. */
  wanted: (PlannedFile & { local: boolean })[];
  /** How many files had to be read, because state could not vouch for them. */
  read: number;
}

/**
 * Compares what is planned with what is on disk. Files that state vouches for are not read.
 * @param keep whether every file that is replaced counts as local, because the registry may not have it any more
 * @throws LocalError where a folder, a link or something else is in a recording's place
 */
export function compareWithDisk(
  directory: string,
  planned: PlannedFile[],
  state: StoredState | null,
  folders: Folders,
  keep = false,
): Comparison {
  const comparison: Comparison = { present: new Map(), wanted: [], read: 0 };
  for (const file of planned) {
    const stats = folders.holds(file.path) ? statsOf(directory, file.path) : null;
    if (stats === null) {
      comparison.wanted.push({ ...file, local: false });
      continue;
    }
    requireFile(stats, file.path);
    const known = state?.files.get(file.path) ?? state?.others.get(file.path);
    const digest = digestOnDisk(directory, file, stats, known, state, comparison);
    if (digest === file.digest) {
      const { size, mtimeMs } = stats;
      const written = known?.written === true && known.digest === digest;
      comparison.present.set(file.path, { digest, size, mtimeMs, written });
    } else {
      comparison.wanted.push({ ...file, local: keep || digest === null || digest !== known?.digest });
    }
  }
  return comparison;
}

/** Null when the size alone shows that it is neither what is planned nor what state knows. */
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
  const what = stats.isDirectory() ? 'a folder' : stats.isSymbolicLink() ? 'a symbolic link' : 'not a file';
  throw new LocalError(`${path} is to be written, but there is ${what}. Remove it, then pull again.`, path);
}
