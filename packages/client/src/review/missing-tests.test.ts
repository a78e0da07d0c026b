import { expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { coverageLine, missingTests } from './missing-tests.js';

it.each([
  [2, 2, '2 new tests have no recordings'],
  [2, 0, '2 tests have no recordings'],
  [1, 1, '1 new test has no recordings'],
  [1, 0, '1 test has no recordings'],
  [1202, 2, '2 new tests have no recordings, and 1,200 other tests have none'],
  [3, 2, '2 new tests have no recordings, and 1 other test has none'],
  [0, 0, null],
])('%i missing, %i new: %s', (missing, fresh, expected) => {
  expect(coverageLine({ missing, fresh })).toBe(expected);
});

it('asks only for tests, not for patterns', async () => {
  await using registry = await StandInRegistry.start();
  const coverage = { listed: 3, covered: 1, newTests: ['t.py::new'] };
  registry.fault = (_, response) => {
    const body = JSON.stringify({ data: { repository: { coverage } } });
    response.setHeader('content-type', 'application/json').end(body);
    return true;
  };
  const states = { at: { pullRequest: 7 }, since: { snapshot: 'main@1' } };
  const found = await missingTests(registry.connection, { tests: ['t.py::*', 't.py::new'], ...states });
  expect(found).toEqual({ missing: 2, fresh: 1 });
  expect(registry.asked.at(-1)?.json).toMatchObject({ tests: ['t.py::new'], ...states });
  expect(await missingTests(registry.connection, { tests: ['t.py::*'], ...states })).toBeNull();
});
