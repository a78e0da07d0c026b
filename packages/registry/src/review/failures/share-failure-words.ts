import type { DriftChange, DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { FAILURE_RULE, failureReason } from './describe-failure.js';
import { commonText, failureKey } from './same-failure.js';

/**
 * Gives failures of one cause equal words: "at most 4096 tokens, not 812" and "… not 90" are one line of a
 * report. Returns the new reasons of the changes whose words differ.
 */
export function shareFailureWords(changes: DriftChange[]): Map<DriftChange, DriftReason[]> {
  const shared = new Map<DriftChange, DriftReason[]>();
  const failing = changes.filter(({ failure }) => failure !== null);
  for (const [, group] of groupBy(failing, ({ failure }) => (failure === null ? '' : failureKey(failure)))) {
    const text = commonText(group.map(({ failure }) => failure?.text ?? ''));
    for (const change of group) {
      if (change.failure === null) continue;
      const { words } = failureReason({ ...change.failure, text });
      const reasons = change.reasons.map((reason) =>
        reason.rule === FAILURE_RULE ? { ...reason, words } : reason,
      );
      if (reasons.some((reason, index) => reason.words !== change.reasons[index]?.words))
        shared.set(change, reasons);
    }
  }
  return shared;
}
