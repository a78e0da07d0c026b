import { count, listing } from '../../vocabulary/words.js';
import type { Drift, DriftChange } from '../differences/drift.js';

/** The line that alone tells whether to look closer: "2 tests changed behaviour, 9 reworded, 43 cosmetic; 12 new". */
export function headline(drift: Drift): string {
  const { summary, changes } = drift;
  const lost = changes.filter((change) => change.unplayable && change.kind !== 'ADDED').length;
  const levels: string[] = [];
  if (lost > 0) levels.push(`${count(lost, 'recording')} can no longer be played`);
  const behaviour = changes.filter((change) => change.level === 'BEHAVIOUR' && !change.unplayable);
  if (behaviour.length > 0) levels.push(`${countTests(behaviour)} changed behaviour`);
  const content = changes.filter((change) => change.level === 'CONTENT');
  const reworded = content.filter((change) => change.texts.length > 0).length;
  if (reworded > 0) levels.push(`${number(reworded)} reworded`);
  if (content.length > reworded) levels.push(`${number(content.length - reworded)} with other content`);
  if (summary.metadata > 0) levels.push(`${number(summary.metadata)} with other metadata`);
  if (summary.cosmetic > 0) levels.push(`${number(summary.cosmetic)} cosmetic`);
  const kinds: string[] = [];
  const unfound = changes.filter((change) => change.unplayable && change.kind === 'ADDED').length;
  const replacing = changes.filter((change) => change.replaces !== null).length;
  const ofThese = [
    unfound > 0 ? `${number(unfound)} that no recorder will find` : '',
    replacing > 0 ? `${number(replacing)} ${replacing === 1 ? 'seems' : 'seem'} to replace old ones` : '',
  ].filter((part) => part !== '');
  const some = ofThese.length > 0 ? ` (${ofThese.join(', ')})` : '';
  if (summary.added > 0) kinds.push(`${number(summary.added)} new${some}`);
  if (summary.removed > 0) kinds.push(`${number(summary.removed)} removed`);
  if (summary.rekeyed > 0) kinds.push(`${number(summary.rekeyed)} with another request`);
  if (summary.moved > 0) kinds.push(`${number(summary.moved)} moved`);
  if (levels.length === 0 && kinds.length === 0) return 'No drift';
  const quiet = lost + behaviour.length + content.length + summary.metadata === 0;
  const lead = quiet && summary.cosmetic > 0 ? 'Nothing that a test would notice: ' : '';
  return `${lead}${[levels.join(', '), kinds.join(', ')].filter((part) => part !== '').join('; ')}`;
}

/** Tests where all are known, else recordings: "2 tests", "1 recording". */
export function countTests(changes: DriftChange[]): string {
  if (changes.some((change) => change.testId === null)) return count(changes.length, 'recording');
  return count(new Set(changes.map((change) => change.testId)).size, 'test');
}

/** "3 days", "2 hours"; the largest unit that fits, whichever is the earlier. */
export function timeBetween(a: Date, b: Date): string {
  const minutes = Math.abs(a.getTime() - b.getTime()) / 60_000;
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return count(Math.floor(minutes), 'minute');
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), 'hour');
  return count(Math.floor(minutes / 1440), 'day');
}

/** A test id as a reader knows it: the file without its folders. */
export function shortTest(testId: string): string {
  const [file, ...rest] = testId.split('::');
  return [file?.split('/').pop() ?? '', ...rest].join('::');
}

/** A path with its request hash cut to what still tells it apart. */
export function shortPath(path: string): string {
  return path.replaceAll(/([0-9a-f]{12})[0-9a-f]{20,}/g, '$1…');
}

/** The name of what changed: its test, else its path. */
export function displayName(change: DriftChange): string {
  return change.testId === null ? shortPath(change.path) : shortTest(change.testId);
}

/** "`a`, `b` and 3 more": who shares a change. */
export function listNames(changes: DriftChange[], most: number, quote: (name: string) => string): string {
  return listing([...new Set(changes.map(displayName))].map(quote), most);
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

/** "3 recordings that were found before and 1 new recording have names that do not fit their requests". */
export function describeUnplayable(changes: DriftChange[]): string {
  const fresh = changes.filter((change) => change.kind === 'ADDED').length;
  const lost = changes.length - fresh;
  const parts = [
    lost > 0 ? `${count(lost, 'recording')} that could be found before` : '',
    fresh > 0 ? count(fresh, 'new recording') : '',
  ].filter((part) => part !== '');
  return `${parts.join(' and ')}, with ${changes.length === 1 ? 'a name that does' : 'names that do'} not fit the request`;
}
