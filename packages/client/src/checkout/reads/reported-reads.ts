import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureStateFolder, STATE_FOLDER } from '../state/state-folder.js';

/*
 * A report sets the access times of the read files back, so that a pull in a kept workspace does
 * not need to. This file keeps what was reported since the pull, so that a second report contains
 * it as well.
 */

const FILE = join(STATE_FOLDER, 'reported-reads.json');
// More than a million long paths need.
const MAX_BYTES = 512 * 1024 * 1024;

/** Stores the paths of the files that were read since the pull and whose access times are set back. */
export function storeReportedReads(directory: string, paths: Iterable<string>): void {
  ensureStateFolder(directory);
  clearReportedReads(directory);
  writeFileSync(join(directory, FILE), JSON.stringify([...paths]), { flag: 'wx' });
}

/** The paths that `storeReportedReads` stored since the last pull; none if the file is missing or damaged. */
export function reportedReads(directory: string): Set<string> {
  try {
    const stats = lstatSync(join(directory, FILE));
    if (!stats.isFile() || stats.size > MAX_BYTES) return new Set();
    const paths: unknown = JSON.parse(readFileSync(join(directory, FILE), 'utf8'));
    return new Set(Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : []);
  } catch {
    return new Set();
  }
}

/** Forgets what was reported: a pull begins anew. */
export function clearReportedReads(directory: string): void {
  rmSync(join(directory, FILE), { force: true });
}
