import { pathPattern } from '@fixture-registry/protocol';
import { LocalError } from '../../checkout/local-error.js';
import type { Unmatched } from '../../checkout/plan/plan.js';
import type { Selection } from '../../connection/registry/target.js';

/** Values named one by one; the rest is counted. */
const MOST_NAMED = 10;

/** What of a selection matches no recording; `empty` where a whole list does, or all lists together. */
export interface JudgedSelection {
  words: string[];
  empty: boolean;
}

/**
 * Judges a selection by what was planned. One test of many may well be new; where none of a list matches, the list
 * is mistyped, or the recordings were never pushed.
 */
export function judgeSelection(
  selection: Selection | undefined,
  paths: string[],
  unmatched: Unmatched | null,
): JudgedSelection {
  const lists = [
    { noun: 'test', given: selection?.tests ?? [], missing: unmatched?.tests ?? [] },
    { noun: 'model', given: selection?.models ?? [], missing: unmatched?.models ?? [] },
    { noun: 'path', given: selection?.paths ?? [], missing: unmatchedPaths(selection?.paths ?? [], paths) },
  ];
  const words = lists.flatMap(({ noun, missing }) =>
    missing.length === 0
      ? []
      : [`No recording matches the ${noun}${missing.length > 1 ? 's' : ''} ${named(missing)}.`],
  );
  const listEmpty = lists.some(({ given, missing }) => given.length > 0 && missing.length === given.length);
  const selects = lists.some(({ given }) => given.length > 0);
  const allEmpty = selects && paths.length === 0;
  if (allEmpty && words.length === 0) words.push('No recording matches all of the selection.');
  return { words, empty: listEmpty || allEmpty };
}

/** @throws LocalError where the selection is empty and may not be */
export function requireMatches(judged: JudgedSelection, ifUnmatched: 'fail' | 'warn' = 'fail'): void {
  if (!judged.empty || ifUnmatched === 'warn') return;
  throw new LocalError(`${judged.words.join(' ')} Nothing was pulled.`);
}

function unmatchedPaths(patterns: string[], paths: string[]): string[] {
  return patterns.filter((pattern) => {
    const matcher = pathPattern(pattern);
    return !paths.some((path) => matcher.test(path));
  });
}

function named(values: string[]): string {
  const shown = values.slice(0, MOST_NAMED).map((value) => JSON.stringify(value));
  const more = values.length > MOST_NAMED ? ` and ${values.length - MOST_NAMED} more` : '';
  return `${shown.join(', ')}${more}`;
}
