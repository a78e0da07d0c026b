import { describe, expect, it } from 'vitest';
import { howEnded, missingFrom } from './ended-pull-requests.js';

const pull = (state: string, mergedAt: string | null) => ({
  ...{
    number: 7,
    state,
    merged_at: mergedAt,
    merge_commit_sha: 'm7',
    head: { sha: 'h7' },
    base: { ref: 'main' },
  },
});

it.each([
  ['is open', pull('open', null), null],
  ['was closed', pull('closed', null), { number: 7, merged: null }],
  [
    'was merged',
    pull('closed', '2026-11-01T00:00:00Z'),
    {
      number: 7,
      merged: { number: 7, mergedAt: '2026-11-01T00:00:00Z', commit: 'm7', head: 'h7', branch: 'main' },
    },
  ],
])('tells that a pull request %s', (_, from, expected) => {
  expect(howEnded(from)).toEqual(expected);
});

describe('the pull requests to look up', () => {
  it('are those that are not open, by number', () => {
    expect(missingFrom([9, 3, 5], new Set([5, 6]), 1234)).toEqual({ chosen: [3, 9], postponed: 0 });
  });

  it('come in turn when there are many, so that each is looked up in some run', () => {
    const numbers = [1, 2, 3, 4, 5];
    const runs = [0, 1, 2, 3, 4].map((turn) => missingFrom(numbers, new Set(), turn, 2));
    expect(runs[4]).toEqual({ chosen: [5, 1], postponed: 3 });
    expect(new Set(runs.flatMap(({ chosen }) => chosen))).toEqual(new Set(numbers));
  });
});
