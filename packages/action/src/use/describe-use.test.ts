import { expect, it } from 'vitest';
import { describeUse, whyNotCounting } from './describe-use.js';

const COUNTING = { isDefaultBranch: true, jobSucceeded: true, isSelection: false, isBlind: false };

it.each([
  ['counts', {}, null],
  ['may count where the event does not name the default branch', { isDefaultBranch: null }, null],
  ['is of a pull request', { isDefaultBranch: false, isBlind: true }, 'not on the default branch'],
  ['failed', { jobSucceeded: false }, 'the job failed'],
  ['pulled a selection', { isSelection: true }, 'a selection'],
  ['saw no reads', { isBlind: true }, 'did not see which recordings'],
])('a run that %s', (_, facts, expected) => {
  const reason = whyNotCounting({ ...COUNTING, ...facts });
  if (expected === null) expect(reason).toBeNull();
  else expect(reason).toContain(expected);
});

it('says how many were read, and whether the run counts', () => {
  expect(describeUse(2_950, 3_162, COUNTING)).toBe(
    '2,950 of 3,162 pulled recordings were read by the tests. The run counts for unused recordings when all its ' +
      'jobs report and succeed.',
  );
  expect(describeUse(0, 2, COUNTING)).toMatch(/report and succeed, and another one reads recordings\.$/);
  expect(describeUse(1, 2, { ...COUNTING, jobSucceeded: false })).toBe(
    '1 of 2 pulled recordings were read by the tests. The run does not count for unused recordings: the job failed, ' +
      'so it may not have run all tests.',
  );
  expect(describeUse(null, 2, { ...COUNTING, isBlind: true })).toContain(
    'Set `used-files`. The run does not count',
  );
});
