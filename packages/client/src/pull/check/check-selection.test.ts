import { describe, expect, it } from 'vitest';
import { checkSelection, requireMatches } from './check-selection.js';

const none = { tests: [], models: [] };

describe('checkSelection', () => {
  it.each([
    ['nothing is selected', undefined, [], null, { messages: [], empty: false }],
    ['all matches', { tests: ['a'], paths: ['*.json'] }, ['x.json'], none, { messages: [], empty: false }],
    [
      'one of two matches nothing',
      { models: ['m', 'n'] },
      ['x.json'],
      { tests: [], models: ['n'] },
      { messages: ['No recording matches the model "n".'], empty: false },
    ],
    [
      'a whole list matches nothing, apart from recordings without a test',
      { tests: ['a', 'b'], models: ['m'] },
      ['x.json'],
      { tests: ['a', 'b'], models: [] },
      { messages: ['No recording matches the tests "a", "b".'], empty: true },
    ],
    [
      'a path matches nothing',
      { paths: ['y/*', '*.json'] },
      ['x.json'],
      null,
      { messages: ['No recording matches the path "y/*".'], empty: false },
    ],
    [
      'each matches, but not together',
      { tests: ['a'], models: ['m'] },
      [],
      none,
      { messages: ['No recording matches the whole selection.'], empty: true },
    ],
  ])('%s', (_, selection, paths, unmatched, expected) => {
    const checked = checkSelection(selection, paths, unmatched);
    expect(checked).toEqual(expected);
    if (expected.empty) expect(() => requireMatches(checked)).toThrow('Nothing was pulled');
    expect(() => requireMatches(checked, 'warn')).not.toThrow();
  });

  it('counts the values that it does not list', () => {
    const tests = Array.from({ length: 12 }, (_, index) => `t${index}`);
    expect(checkSelection({ tests }, [], { tests, models: [] }).messages[0]).toMatch(/"t9" and 2 more/);
  });
});
