import { lutimesSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { statsOf } from '../files/local-file.js';
import { isRead } from '../files/read-unnoticed.js';

/** Farther back than any file system's access times are coarse: NTFS has hours, FAT has days. */
export const SET_BACK_MS = 2 * 24 * 60 * 60 * 1000;

/**
 * Marks a file as unread if it looks read: sets its access time before its modification time, so
 * that a file system with `relatime` notes the next read.
 * @param always whether to set the time back even if it is not after the modification time
 * @returns the modification time in milliseconds; setting it rounds it to what a floating point
 *   number holds
 */
export function markUnread(directory: string, path: string, stats: Stats, always = false): number {
  const isFarBack = stats.mtimeMs - stats.atimeMs >= SET_BACK_MS / 2;
  if (always ? isFarBack : !isRead(stats)) return stats.mtimeMs;
  try {
    // Does not follow a symbolic link that replaced the file meanwhile.
    lutimesSync(join(directory, path), (stats.mtimeMs - SET_BACK_MS) / 1000, stats.mtimeMs / 1000);
  } catch {
    // Another user's file: it counts as read, and so as used.
    return stats.mtimeMs;
  }
  return statsOf(directory, path)?.mtimeMs ?? stats.mtimeMs;
}
