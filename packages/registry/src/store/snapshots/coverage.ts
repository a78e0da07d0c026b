import { testNamesOf } from '../../recordings/reading/test-id-in-file-name.js';
import { slicesOf } from '../../vocabulary/slices.js';

/** A test with the number of its recordings. */
export interface TestCount {
  testId: string;
  recordings: number;
}

/** How a list of tests and the recordings of a snapshot fit together. */
export interface Coverage {
  /** The number of listed tests, without duplicates. */
  listed: number;
  /** The listed tests without recordings, without duplicates, in the order of the list. */
  missing: string[];
  /** The tests with recordings that are not listed, in the order of `recorded`. */
  unlisted: TestCount[];
}

/** The maximum length of a list, and of a test id: the limits of a selection. */
const MOST_TESTS = 100_000;
const LONGEST_TEST = 4_096;

/** Why a list of tests is invalid; null when it is valid. */
export function refusedTests(tests: readonly string[]): string | null {
  if (tests.length === 0) return 'the list is empty: name the tests of the test suite';
  if (tests.length > MOST_TESTS) return `${tests.length} tests are more than the ${MOST_TESTS} of one list`;
  if (tests.some((test) => test.trim() === '')) return 'the list has an empty test id';
  const long = tests.find((test) => test.length > LONGEST_TEST);
  return long === undefined ? null : `"${long.slice(0, 60)}…" is longer than ${LONGEST_TEST} characters`;
}

/**
 * Compares the tests of a test suite with the tests that recordings name. A cassette names its test with other
 * characters, so two listed tests may have the same cassette. Processes long lists in slices.
 * @param recorded the tests of a snapshot, each once
 */
export async function coverageOf(
  tests: readonly string[],
  recorded: readonly TestCount[],
): Promise<Coverage> {
  const listed = new Set(tests);
  const known = new Set(recorded.map(({ testId }) => testId));
  const named = new Set<string>();
  const missing: string[] = [];
  for await (const slice of slicesOf([...listed])) {
    for (const test of slice) {
      const names = testNamesOf(test);
      for (const name of names) named.add(name);
      if (!names.some((name) => known.has(name))) missing.push(test);
    }
  }
  const unlisted = recorded.filter(({ testId }) => !named.has(testId));
  return { listed: listed.size, missing, unlisted };
}
