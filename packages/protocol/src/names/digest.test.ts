import { expect, it } from 'vitest';
import { digestOf, isDigest } from './digest.js';

it('is the sha256 of the bytes in lower-case hex', () => {
  expect(digestOf(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

it.each([
  [digestOf(Buffer.alloc(0)), true],
  [digestOf(Buffer.alloc(0)).toUpperCase(), false],
  [`${digestOf(Buffer.alloc(0))}\n`, false],
  ['', false],
  ['abc', false],
])('isDigest(%j) is %s', (text, expected) => {
  expect(isDigest(text)).toBe(expected);
});
