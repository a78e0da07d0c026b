import { describe, expect, it } from 'vitest';
import type { DriftChange } from '../differences/drift.js';
import { describeFlaky, describeInstability, type Instability, isFlaky } from './flaky.js';

const times = (withinPullRequest: number, pullRequests: number, ofPullRequests = 10): Instability => ({
  withinPullRequest,
  pullRequests,
  ofPullRequests,
});

it.each<[Instability, boolean, string]>([
  [times(0, 1), false, ''],
  [times(0, 2), false, ''],
  [times(0, 4), true, 'changed in 4 of the last 10 pull requests'],
  [times(1, 1), true, 'changed once between pushes of this pull request'],
  [times(2, 0), true, 'changed 2 times between pushes of this pull request'],
  [
    times(2, 3),
    true,
    'changed in 3 of the last 10 pull requests, and 2 times between pushes of this pull request',
  ],
])('%j is flaky: %s', (restlessness, flaky, words) => {
  expect(isFlaky(restlessness)).toBe(flaky);
  expect(describeInstability(restlessness)).toBe(words);
});

describe('describeFlaky', () => {
  const change = (name: string) =>
    ({ path: `${name}.json`, testId: `tests/test_a.py::${name}` }) as unknown as DriftChange;

  it('names the unstable recordings in the order of the report', () => {
    const flaky = new Map([
      ['c.json', times(1, 1)],
      ['a.json', times(0, 4)],
    ]);
    expect(describeFlaky([change('a'), change('b')], flaky)).toBe(
      '1 response is unstable although its request did not change: `test_a.py::a` changed in 4 of the last 10 pull requests.',
    );
    expect(describeFlaky([change('a'), change('c')], flaky)).toMatch(
      /^2 responses are unstable .* and `test_a.py::c` /,
    );
    expect(describeFlaky([change('b')], flaky)).toBeNull();
  });
});
