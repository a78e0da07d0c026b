import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonSubsequence } from './common-subsequence.js';

const common = (a: string, b: string) =>
  commonSubsequence([...a], [...b], (letter) => letter)
    .map(([letter]) => letter)
    .join('');

/** The length of the longest common subsequence by trying everything. */
function longest(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  if (a[0] === b[0]) return 1 + longest(a.slice(1), b.slice(1));
  return Math.max(longest(a.slice(1), b), longest(a, b.slice(1)));
}

describe('commonSubsequence', () => {
  it.each([
    ['abc', 'abc', 'abc'],
    ['abc', 'xabc', 'abc'],
    ['bc', 'cbc', 'bc'],
    ['aab', 'ab', 'ab'],
    ['ab', 'ba', 'b'],
    ['', 'a', ''],
  ])('%s and %s have %s in common', (a, b, expected) => expect(common(a, b)).toBe(expected));

  it('is as long as possible, and in the order of both lists', () => {
    const word = fc
      .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(word, word, (a, b) => {
        const positions = commonSubsequence(
          [...a.split('').entries()],
          [...b.split('').entries()],
          ([, letter]) => letter,
        );
        expect(positions).toHaveLength(longest(a, b));
        for (const side of [0, 1] as const) {
          const order = positions.map((pair) => pair[side][0]);
          expect(order).toEqual([...new Set(order)].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('finds equal beginnings and ends of long lists', () => {
    const list = (middle: string) => [
      ...'ab',
      ...Array.from({ length: 2_000 }, (_, index) => `${middle}${index}`),
      'z',
    ];
    expect(commonSubsequence(list('x'), list('y'), (name) => name).map(([name]) => name)).toEqual([
      'a',
      'b',
      'z',
    ]);
  });
});
