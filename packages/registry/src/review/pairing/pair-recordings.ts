import { posix } from 'node:path';
import type { DriftSide, ModelRename } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { callKey, likenessOf } from './call-likeness.js';
import { findModelRenames, renameSide } from './model-renames.js';
import { pairGroup, type Score, type SketchOf } from './pair-group.js';
import { requestSimilarity } from './request-sketch.js';
import { findSuperseded } from './superseded.js';

export interface Pair {
  kind: 'REKEYED' | 'MOVED';
  before: DriftSide;
  after: DriftSide;
  /** The rename of a model by which the test ids of both are equal; null for other pairs. */
  rename: ModelRename | null;
}

/** Every given side is in exactly one of the lists. */
export interface Pairing {
  pairs: Pair[];
  removed: DriftSide[];
  added: DriftSide[];
}

/** Minimum similarity of two requests of the same call, by what else the recordings share. */
const MINIMUM_SIMILARITY = {
  sameTest: 0.2,
  sameTestOtherModel: 0.4,
  noTest: 0.8,
  testName: 0.6,
  cassetteName: 0.7,
} as const;
/** Factors of the score: for a recording that a later one replaced long ago, and so on. */
const SUPERSEDED = 0.5;
const OTHER_STEP = 0.5;
const ERROR = 0.98;

/**
 * Pairs recordings with the same bytes at different paths: equal file names first, then in order of
 * paths.
 */
export function pairSameContent(removed: DriftSide[], added: DriftSide[]): Pairing {
  const byDigest = groupBy(byPath(removed), (side) => side.digest);
  const pairs: Pair[] = [];
  const unpaired: DriftSide[] = [];
  for (const after of byPath(added)) {
    const candidates = byDigest.get(after.digest) ?? [];
    const named = candidates.findIndex((side) => posix.basename(side.path) === posix.basename(after.path));
    const [before] = candidates.splice(Math.max(0, named), 1);
    if (before) pairs.push({ kind: 'MOVED', before, after, rename: null });
    else unpaired.push(after);
  }
  return { pairs, removed: byPath([...byDigest.values()].flat()), added: unpaired };
}

/**
 * Pairs recordings of the same call at different paths. In this order: calls of the same test and
 * model; of the same test with another model; of the same test whose id contains the name of a renamed
 * model; of a renamed test (the same request with a similar test id); cassettes of a renamed test (similar
 * requests and a similar name); without a test (the same request,
 * or a similar one in the same folder). Within a test, recordings of the same step of a conversation,
 * current ones (see `findSuperseded`) and good responses come first.
 *
 * @param sketchOf the sketch of a side's request; undefined when it cannot be parsed, and then the
 *   side is not paired
 */
export function pairSameCall(removed: DriftSide[], added: DriftSide[], sketchOf: SketchOf): Pairing {
  let [unpairedRemoved, unpairedAdded] = [byPath(removed), byPath(added)];
  const pairs: Pair[] = [];
  const similarity = (a: DriftSide, b: DriftSide): number => {
    const [x, y] = [sketchOf(a), sketchOf(b)];
    return x && y ? requestSimilarity(x, y) : 0;
  };
  const haveSameRequest = (a: DriftSide, b: DriftSide) => {
    const request = sketchOf(a)?.request;
    return request !== undefined && request === sketchOf(b)?.request;
  };
  const pass = (
    keyOf: (side: DriftSide) => string | null,
    score: Score,
    rename: ModelRename | null = null,
  ) => {
    const columns = groupBy(unpairedAdded, keyOf);
    const paired = new Set<DriftSide>();
    for (const [key, rows] of groupBy(unpairedRemoved, (side) => keyOf(renameSide(side, rename)))) {
      const candidates = key === null ? undefined : columns.get(key);
      if (!candidates) continue;
      for (const [before, after] of pairGroup(rows, candidates, score, sketchOf)) {
        paired.add(before).add(after);
        const kind = kindOf(before, after, haveSameRequest(before, after));
        pairs.push({ kind, before, after, rename });
      }
    }
    unpairedRemoved = unpairedRemoved.filter((side) => !paired.has(side));
    unpairedAdded = unpairedAdded.filter((side) => !paired.has(side));
  };
  const atLeast = (least: number, value: number) => (value >= least ? value : 0);
  const superseded = findSuperseded(unpairedRemoved, sketchOf);
  const ofOneTest =
    (least: number): Score =>
    (a, b) =>
      atLeast(least, similarity(a, b)) *
      (superseded.has(a) ? SUPERSEDED : 1) *
      (sketchOf(a)?.step === sketchOf(b)?.step ? 1 : OTHER_STEP) *
      (sketchOf(a)?.isError ? ERROR : 1) *
      (sketchOf(b)?.isError ? ERROR : 1);
  const callOfTest = (side: DriftSide) => side.testId && callKey(side);

  pass(callOfTest, ofOneTest(MINIMUM_SIMILARITY.sameTest));
  pass(
    ({ testId, endpoint }) => testId && JSON.stringify([testId, endpoint]),
    ofOneTest(MINIMUM_SIMILARITY.sameTestOtherModel),
  );
  for (const rename of findModelRenames(unpairedRemoved, unpairedAdded))
    pass(callOfTest, ofOneTest(MINIMUM_SIMILARITY.sameTest), rename);
  pass(
    (side) => side.testId && (sketchOf(side)?.request ?? null),
    (a, b) => {
      const sameResponse = sketchOf(a)?.response === sketchOf(b)?.response;
      return (
        atLeast(MINIMUM_SIMILARITY.testName, testSimilarity(a.testId ?? '', b.testId ?? '')) +
        (sameResponse ? 0.5 : 0)
      );
    },
  );
  // The test of a cassette is in its path, so a renamed test has another path and other bytes.
  pass(
    (side) => (side.testId && sketchOf(side)?.isCassette ? 'cassette' : null),
    (a, b) => {
      const { degree, nearness } = likenessOf(sketchOf(a), sketchOf(b));
      if (degree === 'NONE' || degree === 'LOOSE') return 0;
      const name = testSimilarity(bareName(a), bareName(b));
      return nearness * atLeast(MINIMUM_SIMILARITY.cassetteName, name);
    },
  );
  const testless = (a: DriftSide, b: DriftSide) => a.testId === null || b.testId === null;
  pass(
    (side) => sketchOf(side)?.request ?? null,
    (a, b) => (testless(a, b) ? 1 : 0),
  );
  pass(
    ({ path, model, endpoint }) => JSON.stringify([posix.dirname(path), model, endpoint]),
    (a, b) => (testless(a, b) ? atLeast(MINIMUM_SIMILARITY.noTest, similarity(a, b)) : 0),
  );
  return { pairs, removed: unpairedRemoved, added: unpairedAdded };
}

/**
 * `MOVED` for the same request of a renamed test or with the same hash. Otherwise `REKEYED`: the
 * request changed, or a test id was added or removed.
 */
function kindOf(before: DriftSide, after: DriftSide, haveSameRequest: boolean): Pair['kind'] {
  if (!haveSameRequest) return 'REKEYED';
  if (before.testId !== after.testId) return before.testId && after.testId ? 'MOVED' : 'REKEYED';
  return before.hash !== null && before.hash === after.hash ? 'MOVED' : 'REKEYED';
}

/** The name of a test without its file, or of a file without its folder. */
function bareName({ testId }: DriftSide): string {
  return (testId ?? '').replace(/^.*(?:::|\/)/s, '');
}

/** Similarity of two test ids by their words, from 0 to 1. */
function testSimilarity(a: string, b: string): number {
  const words = (id: string) => new Set(id.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const [x, y] = [words(a), words(b)];
  const common = [...x].filter((word) => y.has(word)).length;
  return x.size + y.size === 0 ? 0 : (2 * common) / (x.size + y.size);
}

function byPath(sides: DriftSide[]): DriftSide[] {
  return sides.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
