import { liesIn, partsOf, type Settings } from '../../store/settings/settings.js';
import type { DriftReason } from '../differences/drift.js';

/**
 * Gives reasons of the answer the levels that the repository sets for their places. A tool call is told as a whole, so its level
 * is set for the call (`….tool_calls[]`).
 */
export function setLevels({ levels }: Settings, reasons: DriftReason[]): DriftReason[] {
  if (levels.length === 0) return reasons;
  return reasons.map((reason) => {
    const parts = ['response', ...partsOf(reason.path.replaceAll(/\[\d+\]/g, '[]'))];
    const set = levels.find(({ place }) => liesIn(place, parts));
    return set ? { ...reason, level: set.level } : reason;
  });
}
