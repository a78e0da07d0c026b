import { count, listing } from '../../vocabulary/words.js';
import type { DriftChange, DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';

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

/** The names of all changes: "`a`, `b` and 3 more". */
export function listNames(changes: DriftChange[], most: number, quote: (name: string) => string): string {
  return listing([...new Set(changes.map(displayName))].map(quote), most);
}

/**
 * "3 recordings that could be found before and 1 new recording, with file names that do not match
 * their requests".
 */
export function describeUnplayable(changes: DriftChange[]): string {
  const added = changes.filter((change) => change.kind === 'ADDED').length;
  const lost = changes.length - added;
  const parts = [
    lost > 0 ? `${count(lost, 'recording')} that could be found before` : '',
    added > 0 ? count(added, 'new recording') : '',
  ].filter((part) => part !== '');
  return `${parts.join(' and ')}, ${listing(describeCauses(changes), 3)}`;
}

/** Why no recorder finds the recordings, with a number for each cause where there are several. */
function describeCauses(changes: DriftChange[]): string[] {
  const causes = groupBy(changes, ({ after }) => causeOf(after));
  return [...causes].map(([cause, { length }]) => {
    const words = CAUSES[cause][length === 1 ? 0 : 1];
    return causes.size === 1 ? words : `${length} ${words}`;
  });
}

type Cause = 'MISNAMED' | 'OUTDATED' | 'MISPLACED';

const CAUSES: Record<Cause, [one: string, several: string]> = {
  MISNAMED: [
    'with a file name that does not match its request',
    'with file names that do not match their requests',
  ],
  OUTDATED: [
    'with a file name that only an older recorder computes',
    'with file names that only an older recorder computes',
  ],
  MISPLACED: [
    'in a folder that the recorder does not search',
    'in folders that the recorder does not search',
  ],
};

function causeOf(side: DriftSide | null): Cause {
  return side?.playable === 'OUTDATED' || side?.playable === 'MISPLACED' ? side.playable : 'MISNAMED';
}
