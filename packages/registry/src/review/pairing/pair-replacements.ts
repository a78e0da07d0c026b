import type { DriftSide, ModelRename } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { answerOneRequest, callKey, type Likeness, likenessOf } from './call-likeness.js';
import { renameSide } from './model-renames.js';
import { pairGroup, type SketchOf } from './pair-group.js';
import { findSuperseded, generationOf } from './superseded.js';

/** A new recording and the one that it probably replaces. */
export interface Replacement {
  before: DriftSide;
  after: DriftSide;
  /** The rename by which the test of the older one is the test of the newer one; null for one test. */
  rename: ModelRename | null;
}

/** The recordings that a new one may replace. */
export interface Candidates {
  /** Unchanged recordings, and removed ones without a successor. */
  free: DriftSide[];
  /** Recordings of the baseline with a successor at another path or with a new version at their own. */
  used: DriftSide[];
  /** The new versions of recordings that changed at their path. */
  changed: DriftSide[];
}

/**
 * Pairs new recordings with those that they probably replace. Nothing proves that the old one is no longer
 * used, so the rule is:
 *
 * 1. Same test, model and endpoint; then same test and endpoint with another model; then the same messages
 *    of the same test at another endpoint; then the same call under an earlier name of the model.
 * 2. In each of these steps every recording is used once, so that the sum of scores is maximal. Equal
 *    messages count most, then being current (see `findSuperseded`), then the nearness of the requests. A
 *    superseded recording is paired only when its request is nearly equal.
 * 3. The messages share most of their words. Requests with other messages are paired only when the test
 *    has at least as many new calls as current ones: then all its calls are new.
 * 4. At the end, a new recording without a partner is paired with any recording of the same call whose
 *    request is nearly equal, of the baseline or changed by the same push; several new ones may share it.
 *    An additional call of a test is therefore new, not a replacement.
 *
 * Of equally near candidates, good responses come before errors, then the baseline's recordings, because a
 * report compares with the baseline, then the newest, then the first path.
 *
 * @param renames the models with an earlier name; candidates of the earlier name may be among the free
 */
export function pairReplacements(
  added: DriftSide[],
  candidates: Candidates,
  sketchOf: SketchOf,
  renames: ModelRename[] = [],
): Replacement[] {
  const replacements: Replacement[] = [];
  const free = newestFirst(candidates.free);
  const superseded = findSuperseded(free, sketchOf);
  const recency = recencyOf(free);
  const paired = new Set<DriftSide>();
  const isUnpaired = (side: DriftSide) => !paired.has(side);

  const pass = (
    keyOf: (side: DriftSide) => string | null,
    isAllowed: (likeness: Likeness, isAllNew: boolean) => boolean,
    rename: ModelRename | null = null,
  ) => {
    const news = groupBy(inPathOrder(added).filter(isUnpaired), keyOf);
    const olds = free.filter(isUnpaired);
    for (const [key, rows] of groupBy(olds, (side) => keyOf(renameSide(side, rename)))) {
      const group = key === null ? undefined : news.get(key);
      if (!group) continue;
      const isAllNew = group.length >= rows.filter((side) => !superseded.has(side)).length;
      const score = (before: DriftSide, after: DriftSide): number => {
        if (answerOneRequest(before, after)) return 0;
        const likeness = likenessOf(sketchOf(before), sketchOf(after));
        const isCurrent = !superseded.has(before);
        if (!isAllowed(likeness, isAllNew) || !(isCurrent || isNearlyEqual(likeness))) return 0;
        return (
          (likeness.degree === 'SAME' ? 2 : 0) +
          (isCurrent ? 1 : 0) +
          likeness.nearness +
          preference(before, after, sketchOf) +
          (recency.get(before) ?? 0)
        );
      };
      for (const [before, after] of pairGroup(rows, group, score, sketchOf)) {
        paired.add(before).add(after);
        replacements.push({ before, after, rename });
      }
    }
  };
  const isSimilar = ({ degree }: Likeness) => degree !== 'NONE' && degree !== 'LOOSE';
  const isSimilarOrAllNew = (likeness: Likeness, isAllNew: boolean) =>
    isSimilar(likeness) || (isAllNew && likeness.degree === 'LOOSE');

  pass((side) => side.testId && callKey(side), isSimilarOrAllNew);
  pass(({ testId, endpoint }) => testId && JSON.stringify([testId, endpoint]), isSimilar);
  pass(
    ({ testId }) => testId,
    ({ degree }) => degree === 'SAME',
  );
  for (const rename of renames) pass((side) => side.testId && callKey(side), isSimilarOrAllNew, rename);
  const unpaired = inPathOrder(added).filter(isUnpaired);
  const all = [...newestFirst([...candidates.free, ...candidates.used]), ...newestFirst(candidates.changed)];
  return [...replacements, ...pairAgain(unpaired, all, sketchOf)];
}

/** Pairs each new recording with the nearest one of the same call, which may be used already. */
function pairAgain(added: DriftSide[], candidates: DriftSide[], sketchOf: SketchOf): Replacement[] {
  const byCall = groupBy(candidates, callKey);
  const messagesOf = (side: DriftSide) => `${callKey(side)} ${sketchOf(side)?.messages}`;
  const byMessages = groupBy(candidates, messagesOf);
  return added.flatMap((after) => {
    let best: { before: DriftSide; score: number } | null = null;
    const first = (sides: DriftSide[] = []) => sides.slice(0, MAXIMUM_COMPARED);
    const compared = [...first(byMessages.get(messagesOf(after))), ...first(byCall.get(callKey(after)))];
    for (const before of compared) {
      if (answerOneRequest(before, after)) continue;
      const likeness = likenessOf(sketchOf(before), sketchOf(after));
      if (!isNearlyEqual(likeness)) continue;
      const score = likeness.nearness + preference(before, after, sketchOf);
      if (best === null || score > best.score) best = { before, score };
    }
    return best === null ? [] : [{ before: best.before, after, rename: null }];
  });
}

/** Prefers good responses on both sides, and pairs of two errors to an error and a good response. */
function preference(before: DriftSide, after: DriftSide, sketchOf: SketchOf): number {
  const [old, fresh] = [sketchOf(before)?.isError === true, sketchOf(after)?.isError === true];
  return (old ? 0 : 0.02) + (fresh ? 0 : 0.02) + (old === fresh ? 0.005 : 0);
}

function isNearlyEqual({ degree, nearness }: Likeness): boolean {
  return degree === 'NEAR' || (degree === 'SAME' && nearness >= MINIMUM_NEARNESS);
}

/** Of equal messages: the whole requests are at least 0.6 similar. */
const MINIMUM_NEARNESS = 0.8;

/** Of one call, so many candidates with equal messages and so many others are compared at the end. */
const MAXIMUM_COMPARED = 64;

/** Less than any difference between two requests, and the greater the newer a recording is. */
function recencyOf(sides: DriftSide[]): Map<DriftSide, number> {
  const generations = [...new Set(sides.map(generationOf))].sort((a, b) => a - b);
  const position = new Map(generations.map((generation, index) => [generation, index]));
  return new Map(
    sides.map((side) => [side, (0.002 * (position.get(generationOf(side)) ?? 0)) / generations.length]),
  );
}

function newestFirst(sides: DriftSide[]): DriftSide[] {
  return inPathOrder(sides).sort((a, b) => generationOf(b) - generationOf(a));
}

/** By path, then by digest: the two versions of a changed recording have one path. */
function inPathOrder(sides: DriftSide[]): DriftSide[] {
  const key = ({ path, digest }: DriftSide) => `${path}\n${digest}`;
  return sides.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
