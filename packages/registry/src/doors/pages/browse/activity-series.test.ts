import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../review/verdicts/activity-store.js';
import { arrangeActivity } from './activity-series.js';

const NOW = Date.parse('2025-10-08T12:00:00Z');
const row = (
  week: string,
  model: string | null,
  recordings: number,
  behaviour = 0,
  errors = 0,
): Activity => ({
  week: Date.parse(week),
  model,
  recordings,
  behaviour,
  errors,
});

describe('arrangeActivity', () => {
  it('has a number for each week up to the current one, also for weeks without activity', () => {
    const { weeks, series } = arrangeActivity(
      [row('2025-09-22', 'a', 3, 1), row('2025-10-06', 'a', 2, 0, 1)],
      NOW,
    );
    expect(weeks).toHaveLength(12);
    expect(new Date(weeks.at(-1) ?? 0).toISOString()).toBe('2025-10-06T00:00:00.000Z');
    expect(series.map(({ label }) => label)).toEqual(['a']);
    expect(series[0]?.values.recordings.slice(-3)).toEqual([3, 0, 2]);
    expect(series[0]?.values.behaviour.slice(-3)).toEqual([1, 0, 0]);
    expect(series[0]?.values.errors.slice(-3)).toEqual([0, 0, 1]);
  });

  it('covers at most 52 weeks, and leaves older ones out', () => {
    const { weeks, series } = arrangeActivity([row('2024-01-01', 'a', 3), row('2025-10-06', 'a', 2)], NOW);
    expect(weeks).toHaveLength(52);
    expect(series[0]?.values.recordings.reduce((a, b) => a + b)).toBe(2);
  });

  it('has a series for each of the four busiest models, and one for all others', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((model, index) => row('2025-10-06', model, 10 - index));
    const { series } = arrangeActivity([...rows, row('2025-10-06', null, 100)], NOW);
    expect(series.map(({ label, values }) => [label, values.recordings.at(-1)])).toEqual([
      ['a', 10],
      ['b', 9],
      ['c', 8],
      ['d', 7],
      ['others', 6 + 5 + 100],
    ]);
  });

  it('has one series without models, and none without activity', () => {
    expect(arrangeActivity([row('2025-10-06', null, 1)], NOW).series.map(({ label }) => label)).toEqual([
      'all',
    ]);
    expect(arrangeActivity([], NOW).series).toEqual([]);
  });
});
