import { testPattern } from '@fixture-registry/protocol';

/** What of a selection matches no recording of a snapshot. */
export interface Unmatched {
  tests: string[];
  models: string[];
}

/**
 * The test patterns and models that nothing answers to, without duplicates, in the order of the selection.
 * @param held the test ids and models of the snapshot
 */
export function unmatchedSelection(
  selection: { tests: string[] | null; models: string[] | null },
  held: { tests: ReadonlySet<string>; models: ReadonlySet<string> },
): Unmatched {
  const isTest = (pattern: string) => {
    if (!pattern.includes('*')) return held.tests.has(pattern);
    const matcher = testPattern(pattern);
    for (const test of held.tests) if (matcher.test(test)) return true;
    return false;
  };
  return {
    tests: [...new Set(selection.tests ?? [])].filter((pattern) => !isTest(pattern)),
    models: [...new Set(selection.models ?? [])].filter((model) => !held.models.has(model)),
  };
}
