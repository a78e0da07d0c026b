import type { Folders } from '../../checkout/files/folders.js';
import { readRecording, statsOf } from '../../checkout/files/local-file.js';
import type { PurgedFile } from '../../checkout/plan/plan.js';

/** A purged recording, and what is on this disk of it. */
export interface PurgedRecording extends PurgedFile {
  /** `removed`: this pull removed it. `left`: a file with the purged content stays, which no pull wrote. `none`: nothing is. */
  onDisk: 'removed' | 'left' | 'none';
}

/** Looks what is left on disk of purged recordings, so that people hear of copies that only they can remove. */
export function purgedOnDisk(
  directory: string,
  purged: PurgedFile[],
  removed: Set<string>,
  folders: Folders,
): PurgedRecording[] {
  return purged.map((file) => {
    if (removed.has(file.path)) return { ...file, onDisk: 'removed' };
    return { ...file, onDisk: isOnDisk(directory, file, folders) ? 'left' : 'none' };
  });
}

function isOnDisk(directory: string, { path, digest }: PurgedFile, folders: Folders): boolean {
  try {
    if (!folders.holds(path) || statsOf(directory, path)?.isFile() !== true) return false;
    return readRecording(directory, path).digest === digest;
  } catch {
    // Through a link or without permission: what is there is none of ours.
    return false;
  }
}
