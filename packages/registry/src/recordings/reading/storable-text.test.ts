import { expect, test } from 'vitest';
import { storableOrNull, storableText } from './storable-text.js';

test.each([
  ['plain', 10, 'plain'],
  ['a\0b', 10, 'a\ufffdb'],
  ['\ud83d alone \ude00', 20, '\ufffd alone \ufffd'],
  ['ab😀', 4, 'ab😀'],
  ['ab😀', 3, 'ab'],
  ['abc', 2, 'ab'],
])('%j within %i units', (text, length, stored) => {
  expect(storableText(text, length)).toBe(stored);
});

test('null stays null', () => {
  expect(storableOrNull(null, 5)).toBeNull();
  expect(storableOrNull('\0', 5)).toBe('\ufffd');
});
