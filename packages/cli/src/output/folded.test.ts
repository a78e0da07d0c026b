import { expect, it } from 'vitest';
import { folded } from './folded.js';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

it.each([
  [0, {}, 0, undefined],
  [21, {}, 21, 'line 20'],
  [22, {}, 21, '  … and 2 more (--all lists them)'],
  [3162, {}, 21, '  … and 3,142 more (--all lists them)'],
  [3162, { all: true }, 3162, 'line 3161'],
])('%i lines with %j are shown in %i', (count, folding, shown, last) => {
  const result = folded(lines(count), folding, '  ');
  expect(result).toHaveLength(shown);
  expect(result.at(-1)).toBe(last);
});
