import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { canonicalText, matchLists } from './match-lists.js';

const keysOf = (element: JsonValue) => [canonicalText(element), typeof element];
const elements = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 2)), { maxLength: 12 });

describe('matchLists', () => {
  it.each<[string, JsonValue[], JsonValue[], object]>([
    ['an element more at the start', ['b'], ['a', 'b'], { pairs: [[0, 1]], gone: [], added: [0] }],
    [
      'a changed one between equal ones',
      ['a', 'b', 'c'],
      ['a', 'x', 'c'],
      {
        pairs: [
          [0, 0],
          [1, 1],
          [2, 2],
        ],
      },
    ],
    [
      'another order',
      ['a', 'b'],
      ['b', 'a'],
      {
        pairs: [
          [0, 1],
          [1, 0],
        ],
        isReordered: true,
      },
    ],
    ['other kinds', ['a'], [1], { pairs: [], gone: [0], added: [0] }],
    [
      'kinds in another order',
      ['a', 1],
      [2, 'b'],
      {
        pairs: [
          [0, 1],
          [1, 0],
        ],
        isReordered: true,
      },
    ],
    [
      'nothing in common behind a neighbour',
      ['x', 'b'],
      ['b', 'y'],
      { pairs: [[1, 0]], gone: [0], added: [1] },
    ],
  ])('matches %s', (_, before, after, expected) => {
    const match = matchLists(before, after, keysOf);
    const pairs = match.pairs.map((pair) => [pair.before, pair.after]);
    expect({ ...match, pairs }).toMatchObject(expected);
  });

  it('uses the keys from the most to the least specific, wherever elements are', () => {
    const named = (element: JsonValue) => {
      const [name, value] = String(element).split(':');
      return [`${element}`, `name ${name}`, `value ${value}`, 'kind'];
    };
    const match = matchLists(['x:1', 'y:2', 'z:3'], ['w:3', 'y:9', 'x:1'], named);
    expect(match.pairs).toEqual([
      { before: 0, after: 2 },
      { before: 1, after: 1 },
      { before: 2, after: 0 },
    ]);
  });

  it('uses each element once, and finds all equal ones', () => {
    fc.assert(
      fc.property(elements, elements, (a, b) => {
        const { pairs, gone, added } = matchLists(a, b, keysOf);
        const sorted = (list: number[]) => list.toSorted((x, y) => x - y);
        expect(sorted([...pairs.map(({ before }) => before), ...gone])).toEqual([...a.keys()]);
        expect(sorted([...pairs.map(({ after }) => after), ...added])).toEqual([...b.keys()]);
        const shared = b.reduce<JsonValue[]>(
          (left, element) => (left.includes(element) ? left.toSpliced(left.indexOf(element), 1) : left),
          a,
        );
        const equal = pairs.filter((pair) => a[pair.before] === b[pair.after]);
        expect(equal).toHaveLength(a.length - shared.length);
      }),
    );
  });

  it('reports another order exactly for a list with the same elements that is not equal', () => {
    fc.assert(
      fc.property(elements, (list) => {
        const other = list.toReversed();
        const isEqual = list.every((element, index) => element === other[index]);
        expect(matchLists(list, other, keysOf).isReordered).toBe(!isEqual);
      }),
    );
  });
});
