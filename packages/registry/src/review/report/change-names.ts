import { count } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';

/** "2 tests", or "1 recording" when a test id is unknown. */
export function countTests(changes: DriftChange[]): string {
  if (changes.some((change) => change.testId === null)) return count(changes.length, 'recording');
  return count(new Set(changes.map((change) => change.testId)).size, 'test');
}

/** A test id without the folders of its file. */
export function shortTest(testId: string): string {
  const [file, ...rest] = testId.split('::');
  return [file?.split('/').pop() ?? '', ...rest].join('::');
}

/** A path with request hashes shortened to 12 digits. */
export function shortPath(path: string): string {
  return path.replaceAll(/([0-9a-f]{12})[0-9a-f]{20,}/g, '$1…');
}

/** The display name of a change: its test, else its path. */
export function displayName(change: DriftChange): string {
  return change.testId === null ? shortPath(change.path) : shortTest(change.testId);
}
