import { testPattern } from '@fixture-registry/protocol';
import { withFileNames } from '../../recordings/reading/test-id-in-file-name.js';

/** The parts of a selection that match no recording of a snapshot. */
export interface Unmatched {
  tests: string[];
  models: string[];
}

/**
 * The test patterns and models without a match, without duplicates, in the order of the selection.
 * @param names the test ids and models of the snapshot
 */
export function unmatchedSelection(
  selection: { tests: string[] | null; models: string[] | null },
  names: { tests: ReadonlySet<string>; models: ReadonlySet<string> },
): Unmatched {
  const isTest = (pattern: string) => {
    if (!pattern.includes('*')) return names.tests.has(pattern);
    const matcher = testPattern(pattern);
    for (const test of names.tests) if (matcher.test(test)) return true;
    return false;
  };
  return {
    tests: [...new Set(selection.tests ?? [])].filter((pattern) => !withFileNames([pattern]).some(isTest)),
    models: [...new Set(selection.models ?? [])].filter((model) => !names.models.has(model)),
  };
}
