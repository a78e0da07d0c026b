import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { pairGroup, type SketchOf } from './pair-group.js';
import { requestSimilarity } from './request-sketch.js';

/** Minimum similarity of two requests of the same call when their messages differ. */
const MINIMUM_SIMILARITY = 0.6;

/**
 * Pairs new recordings with the unchanged ones that they probably replace: same test, model and
 * endpoint, another hash, each at most once. Nothing proves that the old one is no longer used, so
 * only clear cases are paired: the same messages with other parameters (`stream_options` added), or
 * a test with at least as many new calls as old ones. An additional call of a test is therefore
 * new, not a replacement.
 */
export function pairReplacements(
  added: DriftSide[],
  kept: DriftSide[],
  sketchOf: SketchOf,
): { before: DriftSide; after: DriftSide }[] {
  const addedByCall = groupBy(inPathOrder(added), callKey);
  return [...groupBy(inPathOrder(kept), callKey)].flatMap(([call, unchanged]) => {
    const candidates = addedByCall.get(call);
    if (!candidates) return [];
    const isAllNew = candidates.length >= unchanged.length;
    const score = (before: DriftSide, after: DriftSide): number => {
      // A further response to the same request does not replace the first one.
      if (before.hash !== null && before.hash === after.hash) return 0;
      const [a, b] = [sketchOf(before), sketchOf(after)];
      if (!a || !b) return 0;
      const similarity = requestSimilarity(a, b);
      if (a.messages !== null && a.messages === b.messages) return 1 + similarity;
      return isAllNew && similarity >= MINIMUM_SIMILARITY ? similarity : 0;
    };
    return pairGroup(unchanged, candidates, score, sketchOf).map(([before, after]) => ({ before, after }));
  });
}

/** Equal for a new recording and those that it may replace. */
export function callKey({ testId, model, endpoint }: DriftSide): string {
  return JSON.stringify([testId, model, endpoint]);
}

function inPathOrder(sides: DriftSide[]): DriftSide[] {
  return sides.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
