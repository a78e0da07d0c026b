import { describe, expect, it } from 'vitest';
import { testIdInFileName, testNamesOf, withFileNames } from './test-id-in-file-name.js';

describe('testIdInFileName', () => {
  it.each([
    ['tests/a/test_x.py::test_ask[openai:gpt-4o]', 'tests/a/test_x.py::test_ask[openai-gpt-4o]'],
    ['tests/test_x.py::TestAsk::test_ask[a/b|c]', 'tests/test_x.py::TestAsk::test_ask[a-b-c]'],
    ['tests/test_x.py::test_ask[a::b]', 'tests/test_x.py::test_ask[a--b]'],
    ['tests/test_x.py::test_ask["q" 50% <1>?\\]', 'tests/test_x.py::test_ask[-q- 50- -1---]'],
    ['tests/test_x.py::*[openai:*]', 'tests/test_x.py::*[openai-*]'],
    ['*::TestAsk::test[a:*]', '*::TestAsk::test[a-*]'],
    ['*[openai:gpt-4o]', '*[openai-gpt-4o]'],
    ['tests/a/test_x.py', 'tests/a/test_x.py'],
    ['tests/*', 'tests/*'],
    ['', ''],
  ])('%s: %s', (testId, expected) => expect(testIdInFileName(testId)).toBe(expected));
});

describe('withFileNames', () => {
  it('adds the other form only where it differs', () => {
    expect(withFileNames(['a.py::t', 'a.py::t[x:y]', 'a.py::t[x-y]'])).toEqual([
      'a.py::t',
      'a.py::t[x:y]',
      'a.py::t[x-y]',
    ]);
  });
});

describe('testNamesOf', () => {
  it.each([
    ['a.py::t', ['a.py::t']],
    ['a.py::t[x:y]', ['a.py::t[x:y]', 'a.py::t[x-y]']],
    ['a.py::T::t[x*y]', ['a.py::T::t[x*y]', 'a.py::T::t[x-y]']],
    ['a.py::t[*/y]', ['a.py::t[*/y]', 'a.py::t[*-y]', 'a.py::t[--y]']],
    ['a*/b.yaml', ['a*/b.yaml']],
  ])('%s: %j', (testId, expected) => expect(testNamesOf(testId)).toEqual(expected));
});
