import { count } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupFiles } from './group-by-path.js';

/** "6 recordings of 5 tests"; "1 recording" when no test is known. */
export function countRecordings(changes: DriftChange[]): string {
  const tests = new Set(changes.map(({ testId }) => testId).filter((test) => test !== null)).size;
  const recordings = count(changes.length, 'recording');
  return tests === 0 ? recordings : `${recordings} of ${count(tests, 'test')}`;
}

/**
 * The test files of some changes with their numbers of recordings, the largest first: "`a.py` (4), `b.py` (2)
 * and 3 more files". A single file has no number. Files are named without their folders, unless two have the
 * same name.
 */
export function listFiles(changes: DriftChange[], most: number, quote: (name: string) => string): string {
  const groups = groupFiles(changes);
  const names = shortNames(groups.map(({ file }) => file));
  const shown = groups.slice(0, most).map(({ file, changes: own }) => {
    const number = groups.length > 1 ? ` (${own.length.toLocaleString('en-GB')})` : '';
    return `${quote(names.get(file) ?? file)}${number}`;
  });
  const rest = groups.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${count(rest, 'more file')}` : shown.join(', ');
}

function shortNames(files: string[]): Map<string, string> {
  // The last two folders: most recordings are in a folder `recordings`.
  const bare = (file: string) =>
    file.endsWith('/') ? file.split('/').slice(-3).join('/') : (file.split('/').pop() ?? file);
  const uses = new Map<string, number>();
  for (const file of files) uses.set(bare(file), (uses.get(bare(file)) ?? 0) + 1);
  return new Map(files.map((file) => [file, uses.get(bare(file)) === 1 ? bare(file) : file]));
}
