import { looksRandom } from './placeholder.js';

/** The shape of one kind of key. */
export interface KeyShape {
  kind: string;
  /** Prefixes, or other literal parts, of a key. A text without any of them is not searched. */
  begins: readonly string[];
  /**
   * Replaces `begins` where the literal text is short or common: a regular expression that fails
   * fast.
   */
  hint?: string;
  /**
   * A global expression. It starts with a literal and ends with an unbounded character class, so
   * that matching takes linear time. The group `secret` is the secret when the match includes more.
   */
  pattern: RegExp;
  /** Set when a match is a key even if it looks made up: it has a checksum or delimiters. */
  isCertain?: true;
  /** A final check of the match. */
  isKey?: (match: string) => boolean;
}

/** A check that the match has a length within bounds and looks random after its prefix. */
export const random =
  (prefix: number, least = 0, most = Number.POSITIVE_INFINITY) =>
  (match: string): boolean =>
    match.length >= least && match.length <= most && looksRandom(match.slice(prefix));
