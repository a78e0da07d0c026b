import { expect, it } from 'vitest';
import { pageNumbers } from './page-numbers.js';

it.each([
  [null, 250, 1, null, 2],
  ['2', 250, 2, 1, 3],
  ['3', 250, 3, 2, null],
  ['4', 250, 3, 2, null],
  ['0', 250, 1, null, 2],
  ['-1', 250, 1, null, 2],
  ['x', 250, 1, null, 2],
  ['1e9', 250, 1, null, 2],
  ['2', 100, 1, null, null],
  ['1', 0, 1, null, null],
])('of page %j of %i items, 100 each', (text, total, page, previous, next) => {
  expect(pageNumbers(text, total, 100)).toEqual({ page, previous, next });
});
