import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import type { At } from '../connection/registry/target.js';
import { withCommas } from '../text/with-commas.js';

/** The tests of a list that have no recordings. */
export interface MissingTests {
  missing: number;
  /** How many of them are new: no parametrisation of them has recordings on the baseline. */
  fresh: number;
}

const QUERY = `query MissingTests(
  $owner: String!, $name: String!, $tests: [String!]!, $at: At!, $since: At!
) {
  repository(owner: $owner, name: $name) {
    coverage(tests: $tests, at: $at) { listed covered newTests(since: $since) }
  }
}`;

/**
 * Counts the listed tests without recordings in a state, and those that are new since the baseline.
 * @param options.tests test ids; patterns with `*` name no single test and are left out
 * @param options.at the state, e.g. a pull request
 * @param options.since the baseline
 * @returns null if the list names no test, or if the registry runs an earlier release
 * @throws RegistryError
 */
export async function missingTests(
  connection: Connection,
  options: { tests: string[]; at: At; since: At },
): Promise<MissingTests | null> {
  const tests = options.tests.filter((test) => !test.includes('*'));
  if (tests.length === 0) return null;
  try {
    type Counts = { listed: number; covered: number; newTests: string[] };
    const variables = { ...connection.repository, ...options, tests };
    const result = await query<{ repository: { coverage: Counts } | null }>(connection, QUERY, variables);
    const { listed, covered, newTests } = expectRepository(connection, result.repository).coverage;
    return { missing: listed - covered, fresh: newTests.length };
  } catch (error) {
    if (error instanceof UnknownFieldError) return null;
    throw error;
  }
}

/**
 * "2 new tests have no recordings", "2 tests have no recordings"; null if all tests have some. The line for
 * a comment or a job summary.
 */
export function coverageLine({ missing, fresh }: MissingTests): string | null {
  if (missing === 0) return null;
  if (fresh === 0) return `${testsHave(missing, '')} no recordings`;
  const known = missing - fresh;
  const others = known === 0 ? '' : `, and ${testsHave(known, 'other ')} none`;
  return `${testsHave(fresh, 'new ')} no recordings${others}`;
}

function testsHave(count: number, which: string): string {
  return `${withCommas(count)} ${which}${count === 1 ? 'test has' : 'tests have'}`;
}
