/** The figures of a drift report, as `fixtures drift --format json` prints them. */
export interface DriftFigures {
  added: number;
  removed: number;
  changed: number;
  rekeyed: number;
  moved: number;
  cosmetic: number;
  metadata: number;
  content: number;
  behaviour: number;
}

/** The hidden first line of every comment of the action. */
const MARKER = '<!-- fixture-registry:drift -->';

/**
 * @param comments all comments of the pull request
 * @returns the only comment, without its marker; or what is wrong with it
 */
export function readComment(comments: string[], markdown: string): { comment: string } | { problem: string } {
  const [comment, ...more] = comments;
  if (comment === undefined) return { problem: 'the action wrote no comment on the pull request' };
  if (more.length > 0) return { problem: `the pull request has ${comments.length} comments instead of one` };
  if (!comment.startsWith(`${MARKER}\n`)) return { problem: 'the comment does not begin with its marker' };
  const read = comment.slice(MARKER.length + 1);
  // Between the two reports the age of the baseline may change.
  const ageless = (text: string) => text.replace(/, [^,\n]* (?:older|newer)\.$/m, '').trim();
  if (ageless(read) !== ageless(markdown))
    return { problem: 'the comment is not the report that fixtures drift prints' };
  return { comment: read };
}

/** Returns a line for each figure that differs from the expected one. */
export function differing(drift: DriftFigures, expected: Partial<DriftFigures>): string[] {
  return Object.entries(expected)
    .map(([name, value]) => ({ name, value, found: drift[name as keyof DriftFigures] }))
    .filter(({ value, found }) => value !== found)
    .map(({ name, value, found }) => `the report counts ${found} ${name}, expected ${value}`);
}

/** Returns a line for each part that the comment lacks. */
export function missing(comment: string, expected: Record<string, RegExp>): string[] {
  return Object.entries(expected)
    .filter(([, pattern]) => !pattern.test(comment))
    .map(([what, pattern]) => `the comment lacks ${what} (${pattern})`);
}
