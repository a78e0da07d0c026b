import type { Folders } from '../../checkout/files/folders.js';
import { readRecording, statsOf } from '../../checkout/files/local-file.js';
import type { PurgedFile } from '../../checkout/plan/plan.js';

/** A purged recording, and its state on the local disk. */
export interface PurgedRecording extends PurgedFile {
  /**
   * `removed`: this pull removed it. `left`: no pull wrote the file, so it is still there. `none`:
   * there is no copy.
   */
  onDisk: 'removed' | 'left' | 'none';
}

/**
 * Finds copies of purged recordings on disk, which the pull reports so that the user can delete
 * them.
 */
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
    if (!folders.exists(path) || statsOf(directory, path)?.isFile() !== true) return false;
    return readRecording(directory, path).digest === digest;
  } catch {
    // The file is behind a symbolic link or not readable, so it does not belong to the checkout.
    return false;
  }
}
