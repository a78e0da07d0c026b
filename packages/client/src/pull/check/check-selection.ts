import { pathPattern } from '@fixture-registry/protocol';
import { LocalError } from '../../checkout/local-error.js';
import type { Unmatched } from '../../checkout/plan/plan.js';
import type { Selection } from '../../connection/registry/target.js';

/** Maximum values that a message lists; it counts the rest. */
const MAX_LISTED = 10;

/** What of a selection matches no recording. */
export interface CheckedSelection {
  /** One sentence per list with unmatched values. */
  messages: string[];
  /** Whether nothing of a list matches, or all lists together select no recording. */
  empty: boolean;
}

/**
 * Compares a selection with the planned recordings. A single test without recordings may be new; if
 * nothing of a list matches, the list is mistyped, or the recordings were never pushed.
 * @param paths the planned paths, including those of purged recordings
 * @param unmatched from the plan; null if the registry did not send it
 */
export function checkSelection(
  selection: Selection | undefined,
  paths: string[],
  unmatched: Unmatched | null,
): CheckedSelection {
  const lists = [
    { noun: 'test', given: selection?.tests ?? [], missing: unmatched?.tests ?? [] },
    { noun: 'model', given: selection?.models ?? [], missing: unmatched?.models ?? [] },
    { noun: 'path', given: selection?.paths ?? [], missing: unmatchedPaths(selection?.paths ?? [], paths) },
  ];
  const messages = lists.flatMap(({ noun, missing }) =>
    missing.length === 0
      ? []
      : [`No recording matches the ${noun}${missing.length > 1 ? 's' : ''} ${listed(missing)}.`],
  );
  const listEmpty = lists.some(({ given, missing }) => given.length > 0 && missing.length === given.length);
  const selects = lists.some(({ given }) => given.length > 0);
  const allEmpty = selects && paths.length === 0;
  if (allEmpty && messages.length === 0) messages.push('No recording matches the whole selection.');
  return { messages, empty: listEmpty || allEmpty };
}

/** @throws LocalError if the selection is empty, unless `ifUnmatched` is `warn` */
export function requireMatches(selection: CheckedSelection, ifUnmatched: 'fail' | 'warn' = 'fail'): void {
  if (!selection.empty || ifUnmatched === 'warn') return;
  throw new LocalError(
    `${selection.messages.join(' ')} Nothing was pulled. Check the spelling; in a pattern, only \`*\` is special.`,
  );
}

function unmatchedPaths(patterns: string[], paths: string[]): string[] {
  return patterns.filter((pattern) => {
    const matcher = pathPattern(pattern);
    return !paths.some((path) => matcher.test(path));
  });
}

function listed(values: string[]): string {
  const shown = values.slice(0, MAX_LISTED).map((value) => JSON.stringify(value));
  const more = values.length > MAX_LISTED ? ` and ${values.length - MAX_LISTED} more` : '';
  return `${shown.join(', ')}${more}`;
}
