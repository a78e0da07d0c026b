import { liesIn, partsOf, type Settings } from '../../store/settings/settings.js';
import type { DriftReason } from '../differences/drift.js';

/**
 * Applies the levels of the repository's settings to the reasons of a response. A tool call is one
 * reason, so its level is set for the call (`….tool_calls[]`).
 */
export function setLevels({ levels }: Settings, reasons: DriftReason[]): DriftReason[] {
  if (levels.length === 0) return reasons;
  return reasons.map((reason) => {
    const parts = ['response', ...partsOf(reason.path.replaceAll(/\[\d+\]/g, '[]'))];
    const set = levels.find(({ place }) => liesIn(place, parts));
    return set ? { ...reason, level: set.level } : reason;
  });
}
