import { expect, it } from 'vitest';
import { isTrusted } from './local-file.js';

const known = { digest: 'd', size: 5, mtimeMs: 1000, written: true };

it.each([
  ['older than the state', known, { size: 5, mtimeMs: 1000 }, 1001, true],
  ['written in the tick of the state', known, { size: 5, mtimeMs: 1000 }, 1000, false],
  ['from the future', known, { size: 5, mtimeMs: 1000 }, 999, false],
  ['of another size', known, { size: 6, mtimeMs: 1000 }, 2000, false],
  ['touched since', known, { size: 5, mtimeMs: 1000.5 }, 2000, false],
  ['set back in time', known, { size: 5, mtimeMs: 500 }, 2000, false],
  ['unknown', undefined, { size: 5, mtimeMs: 1000 }, 2000, false],
])('a file %s', (_, file, stats, writtenMs, expected) => {
  expect(isTrusted(file, stats, writtenMs)).toBe(expected);
});
