import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmapOf, inCodePointOrder } from './read-bitmap.js';

describe('bitmapOf', () => {
  const paths = Array.from({ length: 10 }, (_, n) => `${n}.json`);

  it.each([
    ['none', [], [0, 0]],
    ['the first: the lowest bit of the first byte', ['0.json'], [1, 0]],
    ['the eighth', ['7.json'], [128, 0]],
    ['the ninth', ['8.json'], [0, 1]],
    ['some, in any order', ['9.json', '1.json', '0.json'], [3, 2]],
    ['all', paths, [255, 3]],
    ['one that was not pulled', ['other.json'], [0, 0]],
  ])('of %s', (_, read, bytes) => {
    expect([...Buffer.from(bitmapOf(paths, new Set(read)), 'base64')]).toEqual(bytes);
  });

  it('of no recordings is empty', () => {
    expect(bitmapOf([], new Set())).toBe('');
  });

  it('has exactly the bits of what was read', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), fc.boolean()), { selector: ([path]) => path }),
        (rows) => {
          const read = new Set(rows.flatMap(([path, isRead]) => (isRead ? [path] : [])));
          const bytes = Buffer.from(
            bitmapOf(
              rows.map(([path]) => path),
              read,
            ),
            'base64',
          );
          const bits = rows.map((_, index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);
          expect(bits).toEqual(rows.map(([, isRead]) => isRead));
        },
      ),
    );
  });
});

describe('inCodePointOrder', () => {
  it.each([
    ['letters before their continuations', ['b', 'a/b', 'a', 'a-b'], ['a', 'a-b', 'a/b', 'b']],
    ['capital letters first', ['a', 'B'], ['B', 'a']],
    ['U+FF5E before U+1F600, whose UTF-16 units are lower', ['\u{1f600}', '\uff5e'], ['\uff5e', '\u{1f600}']],
  ])('%s', (_, paths, ordered) => {
    expect(inCodePointOrder(paths)).toEqual(ordered);
  });
});
