import type { WatchDigest } from '@fixture-registry/client';
import { describe, expect, it } from 'vitest';
import { digestText } from './digest-text.js';

const NONE: WatchDigest = { ages: null, unused: null, activity: null };
const age = (model: string | null, olderThanQuarter: number) => ({
  ...{ model, olderThanQuarter, recordings: 1_500, olderThanYear: 2, oldest: '2025-03-01T10:00:00.000Z' },
});
const week = (day: string, behaviour: number, model = 'gpt-4o') => ({
  ...{ week: `${day}T00:00:00.000Z`, model, behaviour, recordings: 9 },
});

describe('digestText', () => {
  it('is empty where the registry provides nothing', () => {
    expect(digestText(NONE, 0)).toBe('');
  });

  it.each<[string, Partial<WatchDigest>, number, string]>([
    [
      'models with old recordings',
      { ages: [age('gpt-4o', 1_200), age(null, 3), age('new', 0)] },
      0,
      '| `gpt-4o` | 1,500 | 1,200 | 2 | 2025-03-01 |\n| without a model | 1,500 | 3 | 2 | 2025-03-01 |',
    ],
    ['no old recordings', { ages: [age('new', 0)] }, 0, 'No recording is older than 90 days.'],
    [
      'many models',
      { ages: Array.from({ length: 13 }, (_, index) => age(`m${index}`, 1)) },
      0,
      '| `m9` | 1,500 | 1 | 2 | 2025-03-01 |\n\n… and 3 more models.',
    ],
    ['a model that breaks tables', { ages: [age('a|b`c', 1)] }, 0, '| `` a\\|b`c `` | 1,500'],
    [
      'unused recordings',
      { unused: { totalCount: 12, runs: 31 } },
      0,
      '12 recordings were not read by any of 31 runs in 30 days: `npx @fixture-registry/cli unused`',
    ],
    ['no unused recordings', { unused: { totalCount: 0, runs: 1 } }, 0, 'No recording is unused (1 run in'],
    ['no run that counts', { unused: { totalCount: 0, runs: 0 } }, 0, 'Unused recordings are not known'],
    ['unstable recordings', {}, 2, '2 recordings are unstable: the repeats of this watch'],
    [
      'weeks with changes, all models together, oldest first',
      {
        activity: [
          week('2026-11-16', 2),
          week('2026-11-09', 1),
          week('2026-11-16', 3, 'llama'),
          week('2026-11-02', 0),
        ],
      },
      0,
      'Merged behaviour changes by week: 2026-11-09: 1 · 2026-11-16: 5',
    ],
    ['weeks without changes', { activity: [] }, 0, 'No merged behaviour change in the last 8 weeks.'],
  ])('shows %s', (_, digest, unstable, text) => {
    const shown = digestText({ ...NONE, ...digest }, unstable);
    expect(shown.startsWith('#### The recordings this week\n\n')).toBe(true);
    expect(shown).toContain(text);
  });
});
