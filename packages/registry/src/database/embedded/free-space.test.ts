import { expect, test } from 'vitest';
import { refusalOf } from './free-space.js';

const MIB = 1024 * 1024;

test.each([
  { free: 32 * MIB, wasRefused: false, isRefused: false },
  { free: 32 * MIB - 1, wasRefused: false, isRefused: true },
  // Once refused, more room is needed.
  { free: 35 * MIB, wasRefused: true, isRefused: true },
  { free: 36 * MIB, wasRefused: true, isRefused: false },
  { free: 0, wasRefused: false, isRefused: true },
])('$free bytes, refused before: $wasRefused', ({ free, wasRefused, isRefused }) => {
  expect(refusalOf(free, wasRefused, '/data') !== null).toBe(isRefused);
});

test('the refusal names the directory and both amounts', () => {
  expect(refusalOf(5 * MIB, false, '/data')).toMatch(/\/data is full: 5 MiB are free and 36 MiB are needed/);
});
