import { expect, it } from 'vitest';
import { explainUnremovable } from './explain-unremovable.js';
import type { UnusedSummary } from './fetch-unused.js';
import { describeLastUse, type UnusedRecording } from './unused-recording.js';

const NOW = Date.parse('2026-10-31T12:00:00Z');
const recording = (isRemovable: boolean) => ({ isRemovable }) as UnusedRecording;

it.each<[string, boolean[], string | null]>([
  ['2026-09-01T00:00:00Z', [false, true], null],
  ['2026-10-28T11:00:00Z', [false], 'the oldest run that counts is 3 days old; --days 30 needs 30'],
  ['2026-10-30T11:00:00Z', [], 'the oldest run that counts is 1 day old; --days 30 needs 30'],
  ['2026-09-01T00:00:00Z', [], 'a run read every recording within 30 days'],
  [
    '2026-09-01T00:00:00Z',
    [false, false],
    'the unused recordings were first pulled less than 30 days ago; --days 30 needs 30',
  ],
])('oldest run %s, removable %j: %s', (since, removable, expected) => {
  const unused: UnusedSummary = {
    ...{ days: 30, runs: 4, since, newestRunAt: since },
    recordings: removable.map(recording),
  };
  expect(explainUnremovable(unused, NOW)).toBe(expected);
});

it.each([
  ['2026-10-02T23:59:59.000Z', 4, 'last read 2026-10-02'],
  [null, 0, 'never read'],
  [null, 1, 'never read by the 1 run that counts'],
  [null, 1041, 'never read by the 1,041 runs that count'],
])('last use %s, %i runs since: %s', (lastUsedAt, runsSince, expected) => {
  expect(describeLastUse({ lastUsedAt, runsSince })).toBe(expected);
});
