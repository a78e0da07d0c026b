import { describe, expect, it } from 'vitest';
import {
  coverageByModel,
  coverageBySuite,
  modelInParameters,
  newTestsAmong,
  suiteOf,
} from './coverage-groups.js';

const count = (testId: string, recordings = 1) => ({ testId, recordings });

it.each([
  ['tests/api/test_a.py::TestA::test_b[x/y]', 'tests/api'],
  ['test_a.py::test_b[x/y]', '.'],
  ['tests/api/test_a.py', 'tests/api'],
  ['test_b[x/y]', '.'],
])('the suite of %s is %s', (testId, suite) => {
  expect(suiteOf(testId)).toBe(suite);
});

it.each([
  ['t.py::t[txt=openai/gpt-4o-mini]', 'gpt-4o-mini'],
  ['t.py::t[gpt-4o-stream]', 'gpt-4o'],
  ['t.py::t[gpt-4omni]', null],
  ['t.py::test_gpt-4o', null],
  ['t.py::t[llama]', null],
])('the model of %s is %s', (testId, model) => {
  expect(modelInParameters(testId, ['gpt-4o-mini', 'gpt-4o'])).toBe(model);
});

describe('groups', () => {
  const coverage = {
    listed: 4,
    missing: ['a/t.py::t[gpt-4o]', 'b/t.py::t', 'b/t.py::u'],
    unlisted: [count('a/t.py::old', 3), count('c/t.py::old')],
  };

  it('are the folders of the test files', async () => {
    expect(await coverageBySuite(coverage)).toEqual([
      { suite: 'a', missing: 1, unlisted: 1, recordings: 3 },
      { suite: 'b', missing: 2, unlisted: 0, recordings: 0 },
      { suite: 'c', missing: 0, unlisted: 1, recordings: 1 },
    ]);
  });

  it('are the models, and the last one has none', async () => {
    const recorded = [
      { ...count('a/t.py::old', 2), model: 'gpt-4o' },
      { ...count('a/t.py::old', 1), model: 'a-model' },
      { ...count('c/t.py::old', 1), model: null },
      { ...count('listed', 9), model: 'gpt-4o' },
    ];
    expect(await coverageByModel(coverage, recorded)).toEqual([
      { model: 'a-model', missing: 0, unlisted: 1, recordings: 1 },
      { model: 'gpt-4o', missing: 1, unlisted: 1, recordings: 2 },
      { model: null, missing: 2, unlisted: 1, recordings: 1 },
    ]);
  });
});

it.each([
  ['the test', ['t.py::t[a]'], false],
  ['another parametrisation', ['t.py::t[b]'], false],
  ['no parametrisation', ['t.py::t'], false],
  ['another test', ['t.py::tt[a]'], true],
  ['nothing', [], true],
])('a test is new when an earlier state has recordings of %s', async (_, before, isNew) => {
  const found = await newTestsAmong(
    ['t.py::t[a]'],
    before.map((testId) => count(testId)),
  );
  expect(found).toEqual(isNew ? ['t.py::t[a]'] : []);
});
