import type { Drift, DriftChange } from '../../differences/drift.js';
import type { IsAccepted } from '../report.js';
import { categorise } from './categorise.js';
import { type CauseMark, higherMark, markOfChange } from './cause.js';

/** 🔴 behaviour, 🟡 content, ✅ nothing that a test would notice, or all accepted. */
export type ReportMark = '🔴' | '🟡' | '✅';

/**
 * The mark of a report: the highest mark of the changes that nobody accepted. Removed recordings are at least
 * 🟡, because a test that still exists misses them.
 */
export function markOf(
  { changes }: Pick<Drift, 'changes'>,
  isAccepted: IsAccepted = () => false,
): ReportMark {
  const removes = changes.some((change) => change.kind === 'REMOVED' && !isAccepted(change));
  return highestMark(changes, isAccepted) || (removes ? '🟡' : '✅');
}

/** The mark of a line with some changes: ✅ when all are accepted; empty when none has a mark. */
export function markOfLine(changes: DriftChange[], isAccepted: IsAccepted): ReportMark | '' {
  return changes.every(isAccepted) ? '✅' : highestMark(changes, isAccepted);
}

function highestMark(changes: DriftChange[], isAccepted: IsAccepted): CauseMark {
  return changes
    .filter((change) => !isAccepted(change))
    .reduce<CauseMark>((mark, change) => higherMark(mark, markOfChange(change, categorise(change))), '');
}
