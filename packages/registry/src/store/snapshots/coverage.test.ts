import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageOf, refusedTests } from './coverage.js';

const counts = (...tests: string[]) => tests.map((testId) => ({ testId, recordings: 1 }));

describe('coverageOf', () => {
  it.each([
    ['nothing', ['a.py::t'], [], { missing: ['a.py::t'], unlisted: [] }],
    ['all', ['a.py::t'], ['a.py::t'], { missing: [], unlisted: [] }],
    ['another', ['a.py::t'], ['a.py::u'], { missing: ['a.py::t'], unlisted: ['a.py::u'] }],
    ['the cassette', ['a.py::t[x:y]'], ['a.py::t[x-y]'], { missing: [], unlisted: [] }],
    ['a cassette of a test with *', ['a.py::t[x*y]'], ['a.py::t[x-y]'], { missing: [], unlisted: [] }],
    [
      'one of two forms',
      ['a.py::t[x-y]'],
      ['a.py::t[x:y]'],
      {
        missing: ['a.py::t[x-y]'],
        unlisted: ['a.py::t[x:y]'],
      },
    ],
    ['a list with duplicates', ['b', 'a', 'b'], ['c'], { missing: ['b', 'a'], unlisted: ['c'] }],
  ])('with recordings of %s', async (_name, tests, recorded, expected) => {
    const { missing, unlisted } = await coverageOf(tests, counts(...recorded));
    expect({ missing, unlisted: unlisted.map(({ testId }) => testId) }).toEqual(expected);
  });

  it('counts the listed tests once each, and keeps the counts of the others', async () => {
    expect(await coverageOf(['a', 'a', 'b'], [{ testId: 'c', recordings: 7 }])).toEqual({
      listed: 2,
      missing: ['a', 'b'],
      unlisted: [{ testId: 'c', recordings: 7 }],
    });
  });

  it('finds a test missing or its recordings listed, never both', async () => {
    const tests = fc.uniqueArray(fc.stringMatching(/^[ab.]{1,3}::t(\[[x:*/-]{1,3}\])?$/), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(tests, tests, async (listed, recorded) => {
        const { missing, unlisted } = await coverageOf(listed, counts(...recorded));
        for (const test of listed) expect(missing.includes(test) && recorded.includes(test)).toBe(false);
        for (const { testId } of unlisted) expect(listed).not.toContain(testId);
        if (listed.length > 0 && missing.length === listed.length)
          expect(unlisted).toHaveLength(recorded.length);
      }),
    );
  });
});

describe('refusedTests', () => {
  it.each([
    [['a.py::t'], null],
    [[], 'the list is empty'],
    [['a', ' '], 'an empty test id'],
    [['a'.repeat(4_097)], 'is longer than 4096 characters'],
    [Array.from({ length: 100_001 }, () => 'a'), '100001 tests are more than the 100000 of one list'],
  ])('a list', (tests, reason) => {
    if (reason === null) expect(refusedTests(tests)).toBeNull();
    else expect(refusedTests(tests)).toContain(reason);
  });
});
