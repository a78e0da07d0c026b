import { describe, expect, it } from 'vitest';
import { parseSettings } from './parse-settings.js';

const DEFAULTS = { pullRequests: 30, snapshots: 365, audit: 400 };

describe('retention', () => {
  it.each([
    ['', DEFAULTS],
    ['retention:', DEFAULTS],
    ['retention: {}', DEFAULTS],
    ['retention: { pull-requests: 7d }', { ...DEFAULTS, pullRequests: 7 }],
    ['retention:\n  snapshots: forever\n  audit: 30d', { pullRequests: 30, snapshots: null, audit: 30 }],
    [
      'retention: { pull-requests: forever, snapshots: 1d, audit: forever }',
      { pullRequests: null, snapshots: 1, audit: null },
    ],
  ])('of %j is %j', (text, retention) => {
    expect(parseSettings(text)).toMatchObject({ settings: { retention } });
  });

  it.each([
    ['retention: 30d', 'line 1: `retention` has the keys'],
    ['retention: { branches: 3d }', '`branches` is unknown'],
    ['retention:\n  pull-requests: 0d', 'line 2: `pull-requests` is a number of days from 1d'],
    ['retention: { snapshots: 30 }', '`snapshots` is a number of days'],
    ['retention: { snapshots: -1d }', '`snapshots` is a number of days'],
    ['retention: { snapshots: 5w }', '`snapshots` is a number of days'],
    ['retention: { snapshots: 40000d }', '`snapshots` is a number of days'],
    ['retention: { snapshots: [1d] }', '`snapshots` is a number of days'],
    ['retention: { audit: 29d }', '`audit` is a number of days from 30d'],
    ['retention: { audit: }', '`audit` is a number of days'],
    ['retention: { snapshots: never }', 'or `forever`'],
  ])('says what is wrong with %j', (text, problem) => {
    const parsed = parseSettings(text);
    expect('problems' in parsed && parsed.problems.join()).toContain(problem);
  });
});
