import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlace, liesIn, partsOf } from './settings.js';

const fits = (pattern: string, place: string) => isPlace(partsOf(pattern), partsOf(place));

describe('isPlace', () => {
  it.each<[string, string, boolean]>([
    ['response.a', 'response.a', true],
    ['response.a', 'response.a.b', false],
    ['response.a.b', 'response.a', false],
    ['response.a[].b', 'response.a[].b', true],
    ['response.a.b', 'response.a[].b', false],
    ['response.*.b', 'response.a.b', true],
    ['response.*.b', 'response.a.c.b', false],
    ['response.*', 'response[]', false],
    ['response.**.b', 'response.b', true],
    ['response.**.b', 'response.a[].c.b', true],
    ['response.**.b', 'response.b.c', false],
    ['response.**', 'response', true],
    ['response.**.a.**.b', 'response.x.a.a.b.b', true],
  ])('%s names %s: %s', (pattern, place, expected) => {
    expect(fits(pattern, place)).toBe(expected);
  });

  it('agrees with the regular expression that says the same', () => {
    const part = fc.constantFrom('a', 'b', '[]');
    const wild = fc.constantFrom('a', 'b', '[]', '*', '**');
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 6 }), fc.array(part, { maxLength: 7 }), (pattern, parts) => {
        const source = pattern.map((one) => {
          if (one === '**') return '(?:/[^/]+)*';
          return one === '*' ? '/[ab]' : `/${one.replace('[]', '\\[\\]')}`;
        });
        const expected = new RegExp(`^${source.join('')}$`).test(parts.map((one) => `/${one}`).join(''));
        expect(isPlace(pattern, parts)).toBe(expected);
      }),
    );
  });
});

it('liesIn holds for a place and all below it', () => {
  const pattern = partsOf('response.a[]');
  expect(liesIn(pattern, partsOf('response.a[]'))).toBe(true);
  expect(liesIn(pattern, partsOf('response.a[].b.c'))).toBe(true);
  expect(liesIn(pattern, partsOf('response.a'))).toBe(false);
});
