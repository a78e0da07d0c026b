import { expect, it } from 'vitest';
import type { DriftLevel } from '../../questions/drift.js';
import { reaches } from './drift.js';

const none = { added: 0, removed: 0, changed: 0, rekeyed: 0, moved: 0 };

it.each<[DriftLevel | null, 'behaviour' | 'content' | 'metadata' | 'any' | 'never', boolean]>([
  ['BEHAVIOUR', 'behaviour', true],
  ['BEHAVIOUR', 'metadata', true],
  ['BEHAVIOUR', 'never', false],
  ['CONTENT', 'behaviour', false],
  ['CONTENT', 'content', true],
  ['METADATA', 'content', false],
  ['METADATA', 'metadata', true],
  ['COSMETIC', 'metadata', false],
  ['COSMETIC', 'any', true],
  [null, 'metadata', false],
])('drift of level %s with --fail-on %s: %s', (level, failOn, expected) => {
  expect(reaches({ ...none, level, changed: level === null ? 0 : 1 }, failOn)).toBe(expected);
});

it('any counts what came, went or moved', () => {
  expect(reaches({ ...none, level: null }, 'any')).toBe(false);
  expect(reaches({ ...none, level: null, added: 1 }, 'any')).toBe(true);
  expect(reaches({ ...none, level: null, moved: 1 }, 'any')).toBe(true);
});
