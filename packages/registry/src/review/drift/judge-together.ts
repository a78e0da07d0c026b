import { CHAIN_REASON, linkChanges } from '../chains/link-changes.js';
import type { Difference, DriftChange, LoadContents } from '../differences/drift.js';
import { shareFailureWords } from '../failures/share-failure-words.js';
import { describeChange } from '../report/describe-change.js';

/**
 * Judges what one change cannot say by itself: which follow-ups it breaks, and which failures have one cause.
 * Sets their reasons, level and words in place.
 */
export async function judgeTogether(
  changes: DriftChange[],
  loadUnchanged: Difference['loadUnchanged'],
  load: LoadContents,
): Promise<void> {
  const broken = await linkChanges(changes, loadUnchanged, load);
  const shared = shareFailureWords(changes);
  for (const change of changes) {
    const [brokenFollowUps, reasons] = [broken.get(change), shared.get(change)];
    if (reasons) change.reasons = reasons;
    if (brokenFollowUps) {
      change.brokenFollowUps = brokenFollowUps;
      change.level = 'BEHAVIOUR';
      change.reasons = [CHAIN_REASON, ...change.reasons];
    }
    if (reasons || brokenFollowUps) Object.assign(change, describeChange(change));
  }
}
