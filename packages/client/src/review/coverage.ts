import { queryWithFallback, UnknownFieldError } from '../connection/graphql/query.js';
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
  /** The numbers by folder of the test file; null if the registry runs an earlier release. */
  bySuite: ({ suite: string } & CoverageCount)[] | null;
  /**
   * The numbers by model, null for tests and recordings that name none; null if the registry runs an earlier
   * release.
   */
  byModel: ({ model: string | null } & CoverageCount)[] | null;
}

/** The numbers of one suite or model. */
export interface CoverageCount {
  /** Listed tests without recordings. */
  missing: number;
  /** Tests with recordings that are not listed. */
  unlisted: number;
  /** The recordings of these. */
  recordings: number;
}

const coverageQuery = (
  fields: string,
) => `query Coverage($owner: String!, $name: String!, $tests: [String!]!, $at: At) {
  repository(owner: $owner, name: $name) {
    coverage(tests: $tests, at: $at) {
      listed covered missing unlistedCount unlisted { testId recordings } withoutTest ${fields}
    }
  }
}`;
const COUNTS = 'missing unlisted recordings';
const COVERAGE = coverageQuery(`bySuite { suite ${COUNTS} } byModel { model ${COUNTS} }`);
/** For a registry of an earlier release. */
const EARLIER_COVERAGE = coverageQuery('');

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
    type Groups = 'bySuite' | 'byModel';
    type Found = Omit<CoverageSummary, Groups> & Partial<Pick<CoverageSummary, Groups>>;
    const result = await queryWithFallback<{ repository: { coverage: Found } | null }>(
      connection,
      { text: COVERAGE, variables },
      { text: EARLIER_COVERAGE, variables },
    );
    return { bySuite: null, byModel: null, ...expectRepository(connection, result.repository).coverage };
  } catch (error) {
    if (!(error instanceof UnknownFieldError)) throw error;
    const message =
      'The registry runs an earlier release, which cannot compare tests with recordings: upgrade it.';
    throw new RegistryError('INVALID', message);
  }
}
