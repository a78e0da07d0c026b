import type { SnapshotAges } from '@fixture-registry/client';
import { expect, it } from 'vitest';
import { describeStale } from './describe-stale.js';

const counts = (recordings: number, olderThanHalfYear: number) => ({
  ...{ recordings, olderThanHalfYear, olderThanMonth: recordings, olderThanQuarter: recordings },
  ...{ olderThanYear: 0, oldest: '2026-01-01T00:00:00.000Z', newest: '2026-02-01T00:00:00.000Z' },
});
const ages = (recordings: number, stale: number, ...models: [string | null, number][]): SnapshotAges => ({
  ...counts(recordings, stale),
  models: models.map(([model, old]): SnapshotAges['models'][number] => ({
    model,
    ...counts(recordings, old),
  })),
});

it.each<[string, SnapshotAges | null, string[]]>([
  ['an earlier registry', null, []],
  ['nothing stale', ages(3_162, 0, ['gpt-4o', 0]), []],
  [
    'models by the number of their stale recordings',
    ages(3_162, 412, ['llama3.2:3b', 112], ['o3-mini', 0], ['gpt-4o', 300]),
    ['412 of 3,162 recordings are older than 180 days (gpt-4o 300, llama3.2:3b 112)'],
  ],
  [
    'one recording without a model',
    ages(1, 1, [null, 1]),
    ['1 of 1 recording is older than 180 days (without a model 1)'],
  ],
  [
    'many models',
    ages(
      2_000,
      1_240,
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((m, i): [string, number] => [m, 1_007 - i]),
    ),
    [
      '1,240 of 2,000 recordings are older than 180 days (a 1,007, b 1,006, c 1,005, d 1,004, e 1,003, 2 more)',
    ],
  ],
])('%s', (_, given, expected) => {
  expect(describeStale(given)).toEqual(expected);
});
