/** Limits of each part of a comment. */
export interface Limits {
  /** Causes in the table; the others are in a fold. */
  rows: number;
  /** Causes, files and requests in a fold. */
  items: number;
  /** Recordings whose changed texts are shown, and lines of each text. */
  texts: number;
  lines: number;
  /** Names in a line of a fold. */
  names: number;
}

/**
 * Most rows of the table. With the lines around it, the folds and two lines for each row, a comment has at
 * most 40 visible lines.
 */
export const MAXIMUM_ROWS = 10;

/**
 * From the complete report to the smallest: texts shrink first, because readers open few of them, and the
 * table last.
 */
export const SIZES: readonly Limits[] = [
  { rows: MAXIMUM_ROWS, items: 200, texts: 80, lines: 60, names: 40 },
  { rows: MAXIMUM_ROWS, items: 100, texts: 40, lines: 30, names: 30 },
  { rows: MAXIMUM_ROWS, items: 100, texts: 20, lines: 12, names: 20 },
  { rows: MAXIMUM_ROWS, items: 60, texts: 8, lines: 8, names: 10 },
  { rows: MAXIMUM_ROWS, items: 40, texts: 0, lines: 0, names: 5 },
  { rows: MAXIMUM_ROWS, items: 20, texts: 0, lines: 0, names: 2 },
  { rows: MAXIMUM_ROWS, items: 5, texts: 0, lines: 0, names: 1 },
  { rows: 5, items: 0, texts: 0, lines: 0, names: 1 },
  { rows: 2, items: 0, texts: 0, lines: 0, names: 1 },
];
