import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { bestAssignment } from './optimal-assignment.js';
import type { RequestSketch } from './request-sketch.js';

// Up to here a group is paired by the best assignment of all (at most about a second).
const MOST_SCORES = 250_000;
const MOST_STEPS = 1e8;
// In larger groups each recording has this many candidates, found by what fewer than so many have in common.
const MOST_CANDIDATES = 16;
const UNCOMMON = 64;

export type Score = (before: DriftSide, after: DriftSide) => number;
export type SketchOf = (side: DriftSide) => RequestSketch | undefined;

/**
 * Pairs the recordings of a group so that the sum of the scores is the highest; a score of 0 never pairs. Groups too
 * large for that are paired greedily: equal questions in the order given, then the best of the likely candidates.
 */
export function pairGroup(
  rows: DriftSide[],
  columns: DriftSide[],
  score: Score,
  sketchOf: SketchOf,
): [DriftSide, DriftSide][] {
  const few = Math.min(rows.length, columns.length);
  const many = Math.max(rows.length, columns.length);
  if (few * many > MOST_SCORES || few * few * many > MOST_STEPS)
    return pairGreedily(rows, columns, score, sketchOf);
  const side = (sides: DriftSide[], index: number) => sides[index] as DriftSide;
  const assigned = bestAssignment(rows.length, columns.length, (row, column) =>
    score(side(rows, row), side(columns, column)),
  );
  return assigned.flatMap((column, row) => (column < 0 ? [] : [[side(rows, row), side(columns, column)]]));
}

function pairGreedily(
  rows: DriftSide[],
  columns: DriftSide[],
  score: Score,
  sketchOf: SketchOf,
): [DriftSide, DriftSide][] {
  const pairs: [DriftSide, DriftSide][] = [];
  const taken = new Set<DriftSide>();
  const take = (row: DriftSide, column: DriftSide) => {
    if (taken.has(row) || taken.has(column)) return;
    taken.add(row).add(column);
    pairs.push([row, column]);
  };
  const sameQuestion = groupBy(columns, (column) => sketchOf(column)?.asked);
  for (const [asked, alike] of groupBy(rows, (row) => sketchOf(row)?.asked)) {
    const others = asked === undefined ? [] : (sameQuestion.get(asked) ?? []);
    for (const [index, row] of alike.entries()) {
      const column = others[index];
      if (column && score(row, column) > 0) take(row, column);
    }
  }
  const left = columns.filter((column) => !taken.has(column));
  const likely = candidateFinder(left, sketchOf);
  const scored = rows
    .filter((row) => !taken.has(row))
    .flatMap((row) => likely(row).map((column) => ({ row, column, score: score(row, column) })))
    .filter((candidate) => candidate.score > 0);
  // The sort is stable and its input in a fixed order, so that equal scores always pair in the same way.
  for (const { row, column } of scored.sort((a, b) => b.score - a.score)) take(row, column);
  return pairs;
}

/** Finds the columns that share the most uncommon features with a row, without looking at all of them. */
function candidateFinder(columns: DriftSide[], sketchOf: SketchOf): (row: DriftSide) => DriftSide[] {
  const holders = new Map<number, DriftSide[]>();
  for (const column of columns) {
    for (const feature of new Set(sketchOf(column)?.features)) {
      const found = holders.get(feature);
      if (!found) holders.set(feature, [column]);
      else if (found.length <= UNCOMMON) found.push(column);
    }
  }
  return (row) => {
    const shared = new Map<DriftSide, number>();
    for (const feature of new Set(sketchOf(row)?.features)) {
      const found = holders.get(feature) ?? [];
      if (found.length > UNCOMMON) continue;
      for (const column of found) shared.set(column, (shared.get(column) ?? 0) + 1);
    }
    const ordered = [...shared].sort((a, b) => b[1] - a[1]);
    return ordered.slice(0, MOST_CANDIDATES).map(([column]) => column);
  };
}
