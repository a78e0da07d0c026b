import { expect, it } from 'vitest';
import { isUsed } from './files-read.js';

const PULLED = 1_700_000_000_123.25;

it.each([
  ['just written', { atimeMs: PULLED, mtimeMs: PULLED }, false],
  ['created in an earlier tick than it was written', { atimeMs: PULLED - 4, mtimeMs: PULLED }, false],
  ['read later', { atimeMs: PULLED + 4, mtimeMs: PULLED }, true],
  ['marked as unread, which rounded its time', { atimeMs: PULLED - 9, mtimeMs: PULLED - 0.001 }, false],
  ['recorded again and not read', { atimeMs: PULLED + 5, mtimeMs: PULLED + 5 }, true],
  ['replaced by an older file', { atimeMs: 5, mtimeMs: 5 }, true],
  ['deleted', null, false],
])('a file that was %s', (_, stats, used) => {
  expect(isUsed(stats, PULLED)).toBe(used);
});
