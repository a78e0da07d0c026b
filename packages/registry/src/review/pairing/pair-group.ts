import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { optimalAssignment } from './optimal-assignment.js';
import type { RequestSketch } from './request-sketch.js';

// Limits of the optimal assignment, which then takes at most about a second.
const MAXIMUM_SCORES = 250_000;
const MAXIMUM_STEPS = 1e8;
// In larger groups, each recording has up to 16 candidates that share features which at most 64
// recordings have.
const MAXIMUM_CANDIDATES = 16;
const RARE = 64;

export type Score = (before: DriftSide, after: DriftSide) => number;
export type SketchOf = (side: DriftSide) => RequestSketch | undefined;

/**
 * Pairs the recordings of a group so that the sum of scores is maximal; a score of 0 never pairs.
 * Larger groups are paired greedily: equal requests in the given order, then the best of the likely
 * candidates.
 */
export function pairGroup(
  rows: DriftSide[],
  columns: DriftSide[],
  score: Score,
  sketchOf: SketchOf,
): [DriftSide, DriftSide][] {
  const few = Math.min(rows.length, columns.length);
  const many = Math.max(rows.length, columns.length);
  if (few * many > MAXIMUM_SCORES || few * few * many > MAXIMUM_STEPS)
    return pairGreedily(rows, columns, score, sketchOf);
  const side = (sides: DriftSide[], index: number) => sides[index] as DriftSide;
  const assigned = optimalAssignment(rows.length, columns.length, (row, column) =>
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
  const paired = new Set<DriftSide>();
  const pair = (row: DriftSide, column: DriftSide) => {
    if (paired.has(row) || paired.has(column)) return;
    paired.add(row).add(column);
    pairs.push([row, column]);
  };
  const sameRequest = groupBy(columns, (column) => sketchOf(column)?.request);
  for (const [request, sameRows] of groupBy(rows, (row) => sketchOf(row)?.request)) {
    const sameColumns = request === undefined ? [] : (sameRequest.get(request) ?? []);
    for (const [index, row] of sameRows.entries()) {
      const column = sameColumns[index];
      if (column && score(row, column) > 0) pair(row, column);
    }
  }
  const remaining = columns.filter((column) => !paired.has(column));
  const likely = candidateFinder(remaining, sketchOf);
  const scored = rows
    .filter((row) => !paired.has(row))
    .flatMap((row) => likely(row).map((column) => ({ row, column, score: score(row, column) })))
    .filter((candidate) => candidate.score > 0);
  // The sort is stable and its input has a fixed order, so equal scores always pair in the same
  // way.
  for (const { row, column } of scored.sort((a, b) => b.score - a.score)) pair(row, column);
  return pairs;
}

/**
 * Finds the columns that share the most rare features with a row, without comparing all of them.
 */
function candidateFinder(columns: DriftSide[], sketchOf: SketchOf): (row: DriftSide) => DriftSide[] {
  const byFeature = new Map<number, DriftSide[]>();
  for (const column of columns) {
    for (const feature of new Set(sketchOf(column)?.features)) {
      const found = byFeature.get(feature);
      if (!found) byFeature.set(feature, [column]);
      else if (found.length <= RARE) found.push(column);
    }
  }
  return (row) => {
    const shared = new Map<DriftSide, number>();
    for (const feature of new Set(sketchOf(row)?.features)) {
      const found = byFeature.get(feature) ?? [];
      if (found.length > RARE) continue;
      for (const column of found) shared.set(column, (shared.get(column) ?? 0) + 1);
    }
    const ordered = [...shared].sort((a, b) => b[1] - a[1]);
    return ordered.slice(0, MAXIMUM_CANDIDATES).map(([column]) => column);
  };
}
