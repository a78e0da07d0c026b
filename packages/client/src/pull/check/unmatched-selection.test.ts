import { describe, expect, it } from 'vitest';
import { judgeSelection, requireMatches } from './unmatched-selection.js';

const none = { tests: [], models: [] };

describe('judgeSelection', () => {
  it.each([
    ['nothing is selected', undefined, [], null, { words: [], empty: false }],
    ['all matches', { tests: ['a'], paths: ['*.json'] }, ['x.json'], none, { words: [], empty: false }],
    [
      'one of two matches nothing',
      { models: ['m', 'n'] },
      ['x.json'],
      { tests: [], models: ['n'] },
      { words: ['No recording matches the model "n".'], empty: false },
    ],
    [
      'a whole list matches nothing, beside recordings without a test',
      { tests: ['a', 'b'], models: ['m'] },
      ['x.json'],
      { tests: ['a', 'b'], models: [] },
      { words: ['No recording matches the tests "a", "b".'], empty: true },
    ],
    [
      'a path matches nothing',
      { paths: ['y/*', '*.json'] },
      ['x.json'],
      null,
      { words: ['No recording matches the path "y/*".'], empty: false },
    ],
    [
      'each matches, but not together',
      { tests: ['a'], models: ['m'] },
      [],
      none,
      { words: ['No recording matches all of the selection.'], empty: true },
    ],
  ])('%s', (_, selection, paths, unmatched, expected) => {
    const judged = judgeSelection(selection, paths, unmatched);
    expect(judged).toEqual(expected);
    if (expected.empty) expect(() => requireMatches(judged)).toThrow('Nothing was pulled');
    expect(() => requireMatches(judged, 'warn')).not.toThrow();
  });

  it('counts what it does not name', () => {
    const tests = Array.from({ length: 12 }, (_, index) => `t${index}`);
    expect(judgeSelection({ tests }, [], { tests, models: [] }).words[0]).toMatch(/"t9" and 2 more/);
  });
});
