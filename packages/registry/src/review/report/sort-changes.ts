import { LEVELS, rank } from '../../vocabulary/level.js';
import { type DriftChange, KINDS } from '../differences/drift.js';

/**
 * A text by which changes sort as a report tells them: what can no longer be played first, then by level, kind and path.
 * It tells every change of a report from the others, so it is also what a cursor points at.
 */
export function sortKey(change: DriftChange): string {
  const lost = change.unplayable && change.kind !== 'ADDED';
  const level = LEVELS.length - rank(change.level);
  return `${lost ? 0 : 1} ${level} ${KINDS.indexOf(change.kind)} ${change.path}`;
}

/** For sorting a report's changes. */
export function compareChanges(a: DriftChange, b: DriftChange): number {
  const [first, second] = [sortKey(a), sortKey(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
