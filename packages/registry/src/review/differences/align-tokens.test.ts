import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignTokens } from './align-tokens.js';

const tokens = fc
  .array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 })
  .map((list) => Int32Array.from(list));

/** The fewest edits by the textbook's table. */
function fewestEdits(a: Int32Array, b: Int32Array): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, token] of a.entries()) {
    const next = [index + 1];
    for (const [other, fresh] of b.entries()) {
      const skip = Math.min(row[other + 1] ?? 0, next[other] ?? 0) + 1;
      next.push(token === fresh ? Math.min(skip, row[other] ?? 0) : skip);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('alignTokens', () => {
  it('transforms one list into the other with the fewest edits', () => {
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        const runs = alignTokens(a, b, 100) ?? [];
        const made: number[] = [];
        let [i, j, edits] = [0, 0, 0];
        for (const { kind, count } of runs) {
          expect(count).toBeGreaterThan(0);
          if (kind !== 'same') edits += count;
          if (kind === 'same') expect(a.slice(i, i + count)).toEqual(b.slice(j, j + count));
          if (kind !== 'gone') made.push(...b.slice(j, j + count));
          if (kind !== 'new') i += count;
          if (kind !== 'gone') j += count;
        }
        expect([i, j]).toEqual([a.length, b.length]);
        expect(Int32Array.from(made)).toEqual(b);
        expect(edits).toBe(fewestEdits(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('returns undefined exactly when it needs more edits than allowed', () => {
    fc.assert(
      fc.property(tokens, tokens, fc.nat(8), (a, b, most) => {
        expect(alignTokens(a, b, most) === undefined).toBe(fewestEdits(a, b) > most);
      }),
    );
  });
});
