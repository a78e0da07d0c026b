/** "1 recording", "2 recordings". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** Shortens a text to at most `length` UTF-16 units without splitting a surrogate pair. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * Puts untrusted text between backticks, on one line. Backticks in it become quotes, so that
 * renderers can rely on every backtick as a delimiter.
 */
export function code(text: string, length = 80): string {
  // Shortened before cleaning as well, to avoid cleaning a megabyte to show 80 characters.
  const line = shorten(text, length * 4)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('`', "'")
    .trim();
  return line === '' ? '(empty)' : `\`${shorten(line, length)}\``;
}

/** Removes the backticks of `code`. */
export function plain(words: string): string {
  return words.replaceAll('`', '');
}

/** "a, b and c", or "a, b and 3 more" when there are more than `most` items. */
export function listing(items: string[], most: number): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest.toLocaleString('en-GB')} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}
