import { query, UnknownFieldError } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { At } from '../connection/registry/target.js';

/** Which tests of a list have recordings, and which recordings belong to tests that are not in it. */
export interface CoverageSummary {
  /** The number of listed tests, without duplicates. */
  listed: number;
  /** The number of listed tests with recordings. */
  covered: number;
  /** The listed tests without recordings, in the order of the list. */
  missing: string[];
  /** The number of tests with recordings that are not listed. */
  unlistedCount: number;
  /** These tests ordered by id, the first 10,000. */
  unlisted: { testId: string; recordings: number }[];
  /** The number of recordings without a test id. */
  withoutTest: number;
}

const COVERAGE = `query Coverage($owner: String!, $name: String!, $tests: [String!]!, $at: At) {
  repository(owner: $owner, name: $name) {
    coverage(tests: $tests, at: $at) {
      listed covered missing unlistedCount unlisted { testId recordings } withoutTest
    }
  }
}`;

/**
 * Compares a list of tests with the recordings of a state, by default the newest of the default branch.
 * @throws RegistryError
 */
export async function coverage(
  connection: Connection,
  { tests, at }: { tests: string[]; at?: At },
): Promise<CoverageSummary> {
  const variables = { ...connection.repository, tests, at };
  try {
    type Answer = { repository: { coverage: CoverageSummary } | null };
    const answer = await query<Answer>(connection, COVERAGE, variables);
    return expectRepository(connection, answer.repository).coverage;
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    const message =
      'The registry runs an earlier release, which cannot compare tests with recordings: upgrade it.';
    throw new RegistryError('INVALID', message);
  }
}
