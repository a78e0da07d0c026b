import { looksRandom } from './placeholder.js';

/** How one kind of key looks. */
export interface KeyShape {
  kind: string;
  /** What a key begins with, or contains; a text with none of these is not searched. */
  begins: readonly string[];
  /** In place of `begins`, a regular expression where the literal text is short or common. It must fail fast. */
  hint?: string;
  /**
   * Global. Starts with a literal and ends with a class without an upper bound, so that matching takes
   * linear time whatever follows. The group `secret` is the secret where the match is more than that.
   */
  pattern: RegExp;
  /** Set where a match is a key even if its characters look made up: it has a checksum, or a frame. */
  isCertain?: true;
  /** A last check of the match. */
  isKey?: (match: string) => boolean;
}

/** A check that what follows the prefix looks random, and that the whole has a length within bounds. */
export const random =
  (prefix: number, least = 0, most = Number.POSITIVE_INFINITY) =>
  (match: string): boolean =>
    match.length >= least && match.length <= most && looksRandom(match.slice(prefix));
