import type { Stats } from 'node:fs';
import { statsOf } from '../checkout/files/local-file.js';
import { isRead } from '../checkout/files/read-unnoticed.js';
import { markUnread } from '../checkout/reads/mark-unread.js';
import { reportedReads, storeReportedReads } from '../checkout/reads/reported-reads.js';
import type { KnownFile, SyncState } from '../checkout/state/sync-state.js';

/**
 * Sets the access times of the read files back after a report, so that the next pull of a kept
 * workspace need not, and stores which they were, so that a second report contains them as well.
 * @returns the state with the times that are now on disk; the given one if no file was read
 */
export function setBackReads<State extends SyncState>(directory: string, state: State): State {
  const { plan } = state;
  if (plan === null || !plan.notesReads) return state;
  const read = new Map<string, Stats>();
  for (const path of plan.files.keys()) {
    const stats = statsOf(directory, path);
    if (stats?.isFile() === true && isRead(stats)) read.set(path, stats);
  }
  if (read.size === 0) return state;
  // First, so that a process that is killed meanwhile loses no read.
  storeReportedReads(directory, new Set([...reportedReads(directory), ...read.keys()]));
  const [files, remaining, pulled] = [new Map(state.files), new Map(state.remaining), new Map(plan.files)];
  for (const [path, stats] of read) {
    const mtimeMs = markUnread(directory, path, stats);
    for (const known of [files, remaining, pulled]) moveTime(known, path, stats.mtimeMs, mtimeMs);
  }
  return { ...state, files, remaining, plan: { ...plan, files: pulled } };
}

/** Only an entry that matched the file before still matches it. */
function moveTime<File extends Pick<KnownFile, 'mtimeMs'>>(
  known: Map<string, File>,
  path: string,
  from: number,
  to: number,
): void {
  const file = known.get(path);
  if (file?.mtimeMs === from) known.set(path, { ...file, mtimeMs: to });
}
