import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonElements } from './json-elements.js';

/** Counts in pieces, because a body arrives in pieces that end anywhere. */
function countIn(text: string, piece: number): number {
  const elements = new JsonElements();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) elements.add(bytes.subarray(at, at + piece));
  return elements.count;
}

it.each([
  ['{}', 1],
  ['[]', 1],
  ['[1,2,3]', 3],
  ['{"a":[{},{}]}', 5],
  ['"[,{"', 0],
  [String.raw`["\"[,{", "\\", []]`, 4],
])('%s has %i elements', (text, expected) => {
  expect(countIn(text, 1)).toBe(expected);
  expect(countIn(text, text.length)).toBe(expected);
});

it('counts at least the values of every JSON text, and at most twice as many, wherever it is cut', () => {
  const valuesOf = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? 1 + Object.values(value).reduce<number>((sum, each) => sum + valuesOf(each), 0)
      : 1;
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 1, max: 9 }), (text, piece) => {
      const values = valuesOf(JSON.parse(text));
      expect(countIn(text, piece)).toBeGreaterThanOrEqual(Math.floor(values / 2));
      expect(countIn(text, piece)).toBeLessThanOrEqual(2 * values);
    }),
  );
});
