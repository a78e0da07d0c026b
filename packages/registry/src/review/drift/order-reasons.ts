import { rank } from '../../vocabulary/level.js';
import { type DriftReason, MAXIMUM_REASONS } from '../differences/drift.js';

/** The reasons with the highest level first, at most `MAXIMUM_REASONS`; those of one level keep their order. */
export function strongest(reasons: readonly DriftReason[]): DriftReason[] {
  return reasons.toSorted((a, b) => rank(b.level) - rank(a.level)).slice(0, MAXIMUM_REASONS);
}
