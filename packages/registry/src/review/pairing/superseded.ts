import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { answerOneRequest, callKey, likenessOf } from './call-likeness.js';
import { pairGroup, type SketchOf } from './pair-group.js';

/** Calls with more recordings are not followed through their history: each would be compared with all. */
const MAXIMUM_RECORDINGS = 500;

/**
 * Finds the recordings of the baseline that a later one replaced, although nobody removed their files.
 *
 * Each push that stored recordings of a test, model and endpoint is a generation. From the oldest on, each
 * recording of a generation replaces at most one earlier recording: the one with the nearest request. With
 * at least as many recordings as there are earlier ones, the generation recorded the test anew, and then
 * requests with other messages are paired too. A recording of an additional call replaces none. So of 20
 * generations of a test that makes two calls, two recordings remain, however similar the older ones are to
 * a new one.
 *
 * @param sides all recordings of the baseline that belong to the same tests; recordings of one generation
 *   never replace each other
 */
export function findSuperseded(sides: DriftSide[], sketchOf: SketchOf): Set<DriftSide> {
  const superseded = new Set<DriftSide>();
  for (const calls of groupBy(sides, callKey).values()) {
    if (calls.length > MAXIMUM_RECORDINGS) continue;
    const generations = [...groupBy(calls, generationOf)].sort(([a], [b]) => a - b);
    let current: DriftSide[] = [];
    for (const [, newer] of generations) {
      const isAllNew = newer.length >= current.length;
      const score = (before: DriftSide, after: DriftSide): number => {
        if (answerOneRequest(before, after)) return 0;
        const { degree, nearness } = likenessOf(sketchOf(before), sketchOf(after));
        if (degree === 'NONE' || (degree === 'LOOSE' && !isAllNew)) return 0;
        return degree === 'SAME' ? 1 + nearness : nearness;
      };
      for (const [before] of pairGroup(current, newer, score, sketchOf)) superseded.add(before);
      current = [...current.filter((side) => !superseded.has(side)), ...newer];
    }
  }
  return superseded;
}

/** The generation of a side; unknown ones are the oldest. */
export function generationOf({ generation }: DriftSide): number {
  return generation ?? 0;
}
