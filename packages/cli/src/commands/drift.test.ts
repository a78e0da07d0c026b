import type { DriftLevel } from '@fixture-registry/client/drift';
import { expect, it } from 'vitest';
import { acceptedLines, reaches } from './drift.js';

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
])('unaccepted drift of level %s with --fail-on %s: %s', (unacceptedLevel, failOn, expected) => {
  expect(reaches({ unacceptedLevel, unaccepted: 1 }, failOn)).toBe(expected);
});

it('any counts every change that is not accepted, and nothing else', () => {
  expect(reaches({ unacceptedLevel: null, unaccepted: 0 }, 'any')).toBe(false);
  expect(reaches({ unacceptedLevel: null, unaccepted: 1 }, 'any')).toBe(true);
});

it('names an accepted change by its test, or else by its path', () => {
  const change = { kind: 'CHANGED', level: 'CONTENT', summary: 'answer reworded' } as const;
  expect(
    acceptedLines(
      {
        count: 3,
        already: 1,
        changes: [
          { ...change, path: 'a.json', testId: 'test_a' },
          { ...change, path: 'b.json', testId: null },
        ],
      },
      {},
    ),
  ).toEqual([
    'Accepted 3 changes (1 accepted before):',
    '  test_a: answer reworded',
    '  b.json: answer reworded',
    '  and 1 more',
  ]);
  expect(acceptedLines({ count: 0, already: 2, changes: [] }, {})).toEqual([
    'There was nothing to accept (2 accepted before).',
  ]);
});
