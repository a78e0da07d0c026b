import type { RenamedTest } from './recorder-name.js';

/** The id that a test has now; null when it was not renamed. */
export function laterTestId(testId: string, renamed: readonly RenamedTest[]): string | null {
  for (const { from, to } of renamed) {
    const rest = restAfter(testId, from);
    if (rest !== null) return to + rest;
  }
  return null;
}

/** The id that a test had when it was recorded; null when it was not renamed. */
export function earlierTestId(testId: string, renamed: readonly RenamedTest[]): string | null {
  return laterTestId(
    testId,
    renamed.map(({ from, to }) => ({ from: to, to: from })),
  );
}

/** What follows a file or a function in the id of one of its tests: nothing, `::function` or `[parameters]`. */
function restAfter(testId: string, start: string): string | null {
  if (!testId.startsWith(start)) return null;
  const rest = testId.slice(start.length);
  return rest === '' || rest.startsWith('::') || rest.startsWith('[') ? rest : null;
}
