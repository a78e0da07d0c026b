import type { Stats } from 'node:fs';
import { statsOf } from '../checkout/files/local-file.js';
import { isRead } from '../checkout/files/read-unnoticed.js';
import type { PulledPlan } from '../checkout/state/sync-state.js';

/**
 * Setting an access time rounds the modification time, to 0.24 µs or on some systems to 1 µs. A
 * file that is written again has a time that differs by more.
 */
const ROUNDING_MS = 0.01;

/**
 * The pulled recordings whose files were read since the pull. A file that the run recorded again
 * counts as read: its test uses it.
 */
export function filesRead(directory: string, { files }: PulledPlan): Set<string> {
  const read = new Set<string>();
  for (const [path, pulled] of files) {
    if (isUsed(statsOf(directory, path), pulled.mtimeMs)) read.add(path);
  }
  return read;
}

/** Pure. A file that is gone is not used; one that something else replaced is. */
export function isUsed(stats: Pick<Stats, 'atimeMs' | 'mtimeMs'> | null, pulledMs: number): boolean {
  if (stats === null) return false;
  return isRead(stats) || Math.abs(stats.mtimeMs - pulledMs) > ROUNDING_MS;
}
