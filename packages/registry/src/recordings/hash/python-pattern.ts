/** One white space character as Python's `\s` means it in text: Unicode's, and four separators that JavaScript leaves out. */
export const SPACE =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
/** One decimal digit as Python's `\d` means it in text: of any script. Needs the `u` flag. */
export const DIGIT = '\\p{Nd}';
