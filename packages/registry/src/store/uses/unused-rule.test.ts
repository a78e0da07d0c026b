import { describe, expect, it } from 'vitest';
import { isRemovable, unusedBefore } from './unused-rule.js';

const NOW = new Date('2026-03-14T09:26:53Z');
const at = (text: string) => new Date(text);
const runs = (oldest: string, newest: string) => ({ oldest: at(oldest), newest: at(newest) });

describe('the moment since which an unused recording was not read', () => {
  it.each<[string, string | null, number, string | null]>([
    ['30 days before now', '2026-03-14T08:00:00Z', 30, '2026-02-12T09:26:53Z'],
    ['0 days: the start of the day of the newest run', '2026-03-14T08:00:00Z', 0, '2026-03-14T00:00:00Z'],
    ['the newest run is older than that', '2026-01-02T23:59:59Z', 30, '2026-01-02T00:00:00Z'],
    ['one day', '2026-03-13T00:00:00Z', 1, '2026-03-13T00:00:00Z'],
    ['no run counts', null, 30, null],
  ])('%s', (_name, newest, days, expected) => {
    const counting = { oldest: null, newest: newest === null ? null : at(newest) };
    expect(unusedBefore(counting, days, NOW)?.toISOString() ?? null).toBe(
      expected && at(expected).toISOString(),
    );
  });
});

describe('whether an unused recording may be removed', () => {
  it.each<[string, ReturnType<typeof runs> | null, string, number, boolean]>([
    ['old enough', runs('2026-01-01T00:00:00Z', '2026-03-14T00:00:00Z'), '2026-01-01T00:00:00Z', 30, true],
    [
      'pulled first yesterday',
      runs('2026-01-01T00:00:00Z', '2026-03-14T00:00:00Z'),
      '2026-03-13T00:00:00Z',
      30,
      false,
    ],
    [
      'runs only since yesterday',
      runs('2026-03-13T00:00:00Z', '2026-03-14T00:00:00Z'),
      '2026-01-01T00:00:00Z',
      30,
      false,
    ],
    ['0 days', runs('2026-03-14T08:00:00Z', '2026-03-14T08:00:00Z'), '2026-03-14T08:00:00Z', 0, true],
    ['no run counts', null, '2026-01-01T00:00:00Z', 0, false],
  ])('%s', (_name, counting, firstPulled, days, expected) => {
    expect(isRemovable(counting ?? { oldest: null, newest: null }, at(firstPulled), days, NOW)).toBe(
      expected,
    );
  });
});
