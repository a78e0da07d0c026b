import { CHAIN_REASON, linkChanges } from '../chains/link-changes.js';
import type { Difference, DriftChange, LoadContents } from '../differences/drift.js';
import { shareFailureWords } from '../failures/share-failure-words.js';
import { describeChange } from '../report/describe-change.js';

/** Judges what one change cannot say by itself: which follow-ups it breaks, and which failures have one cause. */
export async function judgeTogether(
  changes: DriftChange[],
  loadUnchanged: Difference['loadUnchanged'],
  load: LoadContents,
): Promise<DriftChange[]> {
  const broken = await linkChanges(changes, loadUnchanged, load);
  const words = shareFailureWords(changes);
  return changes.map((change) => {
    const brokenFollowUps = broken.get(change);
    const reasons = words.get(change) ?? change.reasons;
    if (brokenFollowUps === undefined && reasons === change.reasons) return change;
    const judged: DriftChange = brokenFollowUps
      ? { ...change, reasons: [CHAIN_REASON, ...reasons], level: 'BEHAVIOUR', brokenFollowUps }
      : { ...change, reasons };
    return { ...judged, ...describeChange(judged) };
  });
}
