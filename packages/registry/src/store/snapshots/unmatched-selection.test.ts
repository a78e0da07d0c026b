import { expect, it } from 'vitest';
import { unmatchedSelection } from './unmatched-selection.js';

const held = {
  tests: new Set(['tests/a.py::test_a[x]', 'tests/b.py::test_b']),
  models: new Set(['gpt-4o']),
};

it.each([
  [['tests/b.py::test_b'], []],
  [['tests/a.py::test_a[*]', '*::test_b'], []],
  [['tests/a.py::test_a'], ['tests/a.py::test_a']],
  [['*test_c*', 'tests/b.py::*', '*test_c*'], ['*test_c*']],
])('of the tests %j nothing answers to %j', (tests, expected) => {
  expect(unmatchedSelection({ tests, models: null }, held)).toEqual({ tests: expected, models: [] });
});

it('takes models as they are named', () => {
  expect(unmatchedSelection({ tests: null, models: ['gpt-4o', 'gpt-4', 'gpt-*'] }, held)).toEqual({
    tests: [],
    models: ['gpt-4', 'gpt-*'],
  });
});
