import { withCommas } from '@fixture-registry/client/core';

/** Lines of a list that are shown without `--all`. */
const MAX_LISTED = 20;

/** How to show long lists: all of their lines (`--all`), or the first and a count of the others. */
export interface Folding {
  all?: boolean;
}

/**
 * The lines of a list, folded after the first 20.
 * @param indent precedes the line with the count
 */
export function folded(lines: string[], { all }: Folding, indent = ''): string[] {
  const hidden = lines.length - MAX_LISTED;
  // A fold of one line would not be shorter.
  if (all === true || hidden <= 1) return lines;
  return [...lines.slice(0, MAX_LISTED), `${indent}… and ${withCommas(hidden)} more (--all lists them)`];
}
