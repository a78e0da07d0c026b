import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { pairGroup, type SketchOf } from './pair-group.js';
import { requestSimilarity } from './request-sketch.js';

/** How alike two requests must be to be the same call, when what is said in them differs too. */
const ALIKE = 0.6;

/**
 * Pairs new recordings with unchanged ones that they look to replace: of the same test, model and endpoint, under another
 * hash, each at most once. Without a removal it cannot be known that the old one is used no more, so only what speaks
 * for it clearly is paired: the same conversation asked in another way (`stream_options` added), or a test of which
 * at least as many calls are new as are old. One call more in a test is therefore new, not a replacement.
 */
export function pairReplacements(
  added: DriftSide[],
  kept: DriftSide[],
  sketchOf: SketchOf,
): { before: DriftSide; after: DriftSide }[] {
  const newOnes = groupBy(inPathOrder(added), callKey);
  return [...groupBy(inPathOrder(kept), callKey)].flatMap(([group, old]) => {
    const fresh = newOnes.get(group);
    if (!fresh) return [];
    const isAllNew = fresh.length >= old.length;
    const score = (before: DriftSide, after: DriftSide): number => {
      // Another response to the same request lies beside the first; it takes nobody's place.
      if (before.hash !== null && before.hash === after.hash) return 0;
      const [a, b] = [sketchOf(before), sketchOf(after)];
      if (!a || !b) return 0;
      const likeness = requestSimilarity(a, b);
      if (a.said !== null && a.said === b.said) return 1 + likeness;
      return isAllNew && likeness >= ALIKE ? likeness : 0;
    };
    return pairGroup(old, fresh, score, sketchOf).map(([before, after]) => ({ before, after }));
  });
}

/** What a new recording and the one that it looks to replace have in common. */
export function callKey({ testId, model, endpoint }: DriftSide): string {
  return JSON.stringify([testId, model, endpoint]);
}

function inPathOrder(sides: DriftSide[]): DriftSide[] {
  return sides.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
