import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEmbeddings, embeddingNumbers } from './compare-embeddings.js';

const vector = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 64 });

describe('embeddings', () => {
  it('are equal as a list and as base64 of 32-bit floats', () => {
    fc.assert(
      fc.property(vector, (numbers) => {
        const text = Buffer.from(new Float32Array(numbers).buffer).toString('base64');
        expect(Array.from(embeddingNumbers(text) ?? [])).toEqual(numbers);
      }),
    );
  });

  it('are null for other values', () => {
    for (const value of ['not base64!', 'abc', null, { a: 1 }, ['a']])
      expect(embeddingNumbers(value)).toBeNull();
  });

  it('are equal within the rounding of 32-bit numbers, and not beyond', () => {
    fc.assert(
      fc.property(
        vector.filter((numbers) => Math.hypot(...numbers) > 0.1),
        (numbers) => {
          const noisy = numbers.map((number, index) => number * (1 + (index % 2 ? 1e-6 : -1e-6)));
          expect(compareEmbeddings(numbers, noisy).same).toBe(true);
          const other = numbers.map(
            (number, index) => number + (index === 0 ? 0.01 * Math.hypot(...numbers) : 0),
          );
          expect(compareEmbeddings(numbers, other).same).toBe(false);
        },
      ),
    );
  });

  it.each([
    [[1, 0], [0, 1], { cosine: 0, dimensions: [2, 2], same: false }],
    [[1, 0], [2, 0], { cosine: 1, dimensions: [2, 2], same: false }],
    [[1, 0], [1, 0, 0], { cosine: null, dimensions: [2, 3], same: false }],
    [[0, 0], [0, 1], { cosine: null, dimensions: [2, 2], same: false }],
    [[0, 0], [0, 0], { cosine: null, dimensions: [2, 2], same: true }],
    [[1, 1], [-1, -1], { cosine: expect.closeTo(-1, 12), dimensions: [2, 2], same: false }],
  ])('%j against %j', (before, after, expected) => {
    expect(compareEmbeddings(before, after)).toEqual(expected);
  });
});
