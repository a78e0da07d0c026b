import type { DriftChange } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';
import { describeRequestChange, describeRequestShape } from './cause-words.js';
import type { ReasonGroup } from './reason-groups.js';

/**
 * Groups changes by how their requests differ, for recordings whose responses are the same to a test. A
 * renamed model is one cause, whatever else differs. Changes that no other request has are grouped by the
 * places that changed, so that a reworded prompt in forty tests is one line with an example.
 */
export function groupRequestChanges(changes: DriftChange[]): ReasonGroup[] {
  const groups: ReasonGroup[] = [];
  const unique: DriftChange[] = [];
  for (const [shared, equal] of groupBy(changes, requestKey)) {
    const [first] = equal;
    if (!first) continue;
    const isUnique = equal.length === 1 && first.requestChange !== null && first.renamedModel === null;
    if (isUnique) unique.push(first);
    else groups.push({ shared, words: describeRequestChange(first), changes: equal });
  }
  for (const [shape, similar] of groupBy(unique, (change) => change.requestChange?.shape ?? '')) {
    const [first] = similar;
    if (!first) continue;
    const words = similar.length === 1 ? describeRequestChange(first) : describeRequestShape(similar);
    groups.push({ shared: `shape ${shape}`, words, changes: similar });
  }
  return groups;
}

function requestKey(change: DriftChange): string {
  const rename = change.renamedModel;
  if (rename) return `model ${JSON.stringify([rename.from, rename.to])}`;
  return `request ${change.requestChange?.key ?? ''}`;
}
