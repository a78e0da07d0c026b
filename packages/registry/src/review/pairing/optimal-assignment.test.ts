import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimalAssignment } from './optimal-assignment.js';

/** The best sum by trying everything. */
function bestSum(scores: number[][], row = 0, used: ReadonlySet<number> = new Set()): number {
  const line = scores[row];
  if (line === undefined) return 0;
  const choices = line.map((score, column) =>
    used.has(column) || !(score > 0) ? 0 : score + bestSum(scores, row + 1, new Set([...used, column])),
  );
  return Math.max(bestSum(scores, row + 1, used), ...choices);
}

const grid = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .chain(([rows, columns]) =>
    fc.tuple(
      fc.constant(columns),
      fc.array(fc.array(fc.integer({ min: -2, max: 9 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    ),
  );

describe('optimalAssignment', () => {
  it('has the maximal sum, uses each column once, and never pairs at a score of 0 or less', () => {
    fc.assert(
      fc.property(grid, ([columns, scores]) => {
        const score = (row: number, column: number) => scores[row]?.[column] ?? Number.NaN;
        const assigned = optimalAssignment(scores.length, columns, score);
        expect(assigned).toHaveLength(scores.length);
        const pairs = [...assigned.entries()].filter(([, column]) => column >= 0);
        expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
        for (const [row, column] of pairs) expect(score(row, column)).toBeGreaterThan(0);
        expect(pairs.reduce((sum, [row, column]) => sum + score(row, column), 0)).toBe(bestSum(scores));
      }),
    );
  });

  it('prefers the maximal sum to the best single pair', () => {
    const scores = [
      [0.9, 0.8],
      [0.8, 0.1],
    ];
    expect(optimalAssignment(2, 2, (row, column) => scores[row]?.[column] ?? 0)).toEqual([1, 0]);
  });
});
