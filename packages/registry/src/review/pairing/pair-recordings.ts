import { posix } from 'node:path';
import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { pairGroup, type Score, type SketchOf } from './pair-group.js';
import { requestSimilarity } from './request-sketch.js';

export interface Pair {
  kind: 'REKEYED' | 'MOVED';
  before: DriftSide;
  after: DriftSide;
}

/** Every side given occurs exactly once: in a pair, or alone. */
export interface Pairing {
  pairs: Pair[];
  removed: DriftSide[];
  added: DriftSide[];
}

/** How alike two requests must be to be the same call, by what else the recordings share. */
const ALIKE = { sameTest: 0.2, sameTestOtherModel: 0.4, noTest: 0.8, testName: 0.6 } as const;
/** Pairs what has the same bytes at another path: the same file name first, then in the order of paths. */
export function pairSameContent(removed: DriftSide[], added: DriftSide[]): Pairing {
  const byDigest = groupBy(byPath(removed), (side) => side.digest);
  const pairs: Pair[] = [];
  const alone: DriftSide[] = [];
  for (const after of byPath(added)) {
    const candidates = byDigest.get(after.digest) ?? [];
    const named = candidates.findIndex((side) => posix.basename(side.path) === posix.basename(after.path));
    const [before] = candidates.splice(Math.max(0, named), 1);
    if (before) pairs.push({ kind: 'MOVED', before, after });
    else alone.push(after);
  }
  return { pairs, removed: byPath([...byDigest.values()].flat()), added: alone };
}

/**
 * Pairs what stands for the same call at another path. In this order: calls of the same test and model, of the same test
 * with another model, of a renamed test (the same question under a similar test id), of no test (the same question, or
 * nearly so in the same folder). The rest is alone.
 *
 * @param sketchOf the sketch of a side's request; undefined when it could not be read, and then it stays alone.
 */
export function pairSameCall(removed: DriftSide[], added: DriftSide[], sketchOf: SketchOf): Pairing {
  let [left, right] = [byPath(removed), byPath(added)];
  const pairs: Pair[] = [];
  const likeness = (a: DriftSide, b: DriftSide): number => {
    const [x, y] = [sketchOf(a), sketchOf(b)];
    return x && y ? requestSimilarity(x, y) : 0;
  };
  const asksTheSame = (a: DriftSide, b: DriftSide) => {
    const asked = sketchOf(a)?.asked;
    return asked !== undefined && asked === sketchOf(b)?.asked;
  };
  const pass = (keyOf: (side: DriftSide) => string | null, score: Score) => {
    const columns = groupBy(right, keyOf);
    const taken = new Set<DriftSide>();
    for (const [key, rows] of groupBy(left, keyOf)) {
      const others = key === null ? undefined : columns.get(key);
      if (!others) continue;
      for (const [before, after] of pairGroup(rows, others, score, sketchOf)) {
        taken.add(before).add(after);
        pairs.push({ kind: kindOf(before, after, asksTheSame(before, after)), before, after });
      }
    }
    left = left.filter((side) => !taken.has(side));
    right = right.filter((side) => !taken.has(side));
  };
  const atLeast = (least: number, value: number) => (value >= least ? value : 0);

  pass(
    ({ testId, model, endpoint }) => testId && JSON.stringify([testId, model, endpoint]),
    (a, b) => atLeast(ALIKE.sameTest, likeness(a, b)),
  );
  pass(
    ({ testId, endpoint }) => testId && JSON.stringify([testId, endpoint]),
    (a, b) => atLeast(ALIKE.sameTestOtherModel, likeness(a, b)),
  );
  pass(
    (side) => side.testId && (sketchOf(side)?.asked ?? null),
    (a, b) => {
      const sameAnswer = sketchOf(a)?.answered === sketchOf(b)?.answered;
      return atLeast(ALIKE.testName, testLikeness(a.testId ?? '', b.testId ?? '')) + (sameAnswer ? 0.5 : 0);
    },
  );
  const testless = (a: DriftSide, b: DriftSide) => a.testId === null || b.testId === null;
  pass(
    (side) => sketchOf(side)?.asked ?? null,
    (a, b) => (testless(a, b) ? 1 : 0),
  );
  pass(
    ({ path, model, endpoint }) => JSON.stringify([posix.dirname(path), model, endpoint]),
    (a, b) => (testless(a, b) ? atLeast(ALIKE.noTest, likeness(a, b)) : 0),
  );
  return { pairs, removed: left, added: right };
}

/**
 * `MOVED` when it is the same call as before, told by the same question: of a renamed test, or under the same hash.
 * Else its key changed: the request did, or it gained or lost its test id.
 */
function kindOf(before: DriftSide, after: DriftSide, asksTheSame: boolean): Pair['kind'] {
  if (!asksTheSame) return 'REKEYED';
  if (before.testId !== after.testId) return before.testId && after.testId ? 'MOVED' : 'REKEYED';
  return before.hash !== null && before.hash === after.hash ? 'MOVED' : 'REKEYED';
}

/** How alike two test ids are, 0 to 1, by their words. */
function testLikeness(a: string, b: string): number {
  const words = (id: string) => new Set(id.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const [x, y] = [words(a), words(b)];
  const common = [...x].filter((word) => y.has(word)).length;
  return x.size + y.size === 0 ? 0 : (2 * common) / (x.size + y.size);
}

function byPath(sides: DriftSide[]): DriftSide[] {
  return sides.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
