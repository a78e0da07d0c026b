import { expect, it } from 'vitest';
import { describeUnplayable } from './describe-unplayable.js';

it.each([
  [
    { misnamed: 2, misplaced: 1 },
    '3 recordings will not be found by the recorder: 2 misnamed, 1 in a folder that it does not search',
  ],
  [{ misnamed: 1 }, '1 recording will not be found by the recorder: 1 misnamed'],
  [
    { outdated: 1288 },
    '1,288 recordings will not be found by the recorder: 1,288 named for an older version of it',
  ],
])('describes %j', (counts, line) => {
  const { misnamed, outdated, misplaced } = { misnamed: 0, outdated: 0, misplaced: 0, ...counts };
  const totalCount = misnamed + outdated + misplaced;
  expect(describeUnplayable({ totalCount, misnamed, outdated, misplaced, recordings: [] })).toBe(line);
});
