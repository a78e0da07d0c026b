/**
 * White space as in Python's `\s` for strings: Unicode's, and four separators that JavaScript does
 * not match.
 */
export const SPACE =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
/** A decimal digit of any script, as in Python's `\d` for strings. Needs the `u` flag. */
export const DIGIT = '\\p{Nd}';
