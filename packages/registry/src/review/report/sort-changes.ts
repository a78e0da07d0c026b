import { LEVELS, rank } from '../../vocabulary/level.js';
import { type DriftChange, KINDS } from '../differences/drift.js';

/**
 * The sort key of a change: unplayable recordings first, then by level, kind and path. Unique
 * within a report, so it is also the position in a cursor.
 */
export function sortKey(change: DriftChange): string {
  const lost = change.unplayable && change.kind !== 'ADDED';
  const level = LEVELS.length - rank(change.level);
  return `${lost ? 0 : 1} ${level} ${KINDS.indexOf(change.kind)} ${change.path}`;
}

/** Compares two changes for sorting by `sortKey`. */
export function compareChanges(a: DriftChange, b: DriftChange): number {
  const [first, second] = [sortKey(a), sortKey(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
