import { expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { coverage } from './coverage.js';

const TESTS = ['tests/a.py::test_a'];

async function coverageFrom(response: object) {
  await using registry = await StandInRegistry.start();
  registry.fault = (_, answer) => {
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(response));
    return true;
  };
  return { asked: registry.asked, result: await coverage(registry.connection, { tests: TESTS }) };
}

it('sends the tests, and returns what the registry found', async () => {
  const found = { listed: 1, covered: 0, missing: TESTS, unlistedCount: 0, unlisted: [], withoutTest: 0 };
  const { asked, result } = await coverageFrom({ data: { repository: { coverage: found } } });
  expect(result).toEqual({ ...found, bySuite: null, byModel: null });
  expect(asked[0]?.json).toMatchObject({ tests: TESTS });
});

it('says what to do when the registry runs an earlier release', async () => {
  const error = {
    message: 'Cannot query field "coverage" on type "Repository".',
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  };
  await expect(coverageFrom({ errors: [error] })).rejects.toThrow(/runs an earlier release.*upgrade it/);
});

it('names a repository that does not exist', async () => {
  await expect(coverageFrom({ data: { repository: null } })).rejects.toThrow('has no repository');
});
