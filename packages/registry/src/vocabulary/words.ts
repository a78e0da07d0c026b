/** "1 recording", "2 recordings". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** Cuts a text to at most `length` characters, never inside a character. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * A name or a value of a recording between backticks, on one line; its own backticks become quotes, so that a reader
 * of the words (the markdown renderer above all) can rely on every backtick being ours.
 */
export function code(text: string, length = 80): string {
  // Cut before cleaning as well: a megabyte of text need not be cleaned to show 80 characters of it.
  const line = shorten(text, length * 4)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('`', "'")
    .trim();
  return line === '' ? '(empty)' : `\`${shorten(line, length)}\``;
}

/** The words without their backticks. */
export function plain(words: string): string {
  return words.replaceAll('`', '');
}

/** "a, b and c"; at most `most` of them, the rest counted. */
export function listing(items: string[], most: number): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest.toLocaleString('en-GB')} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}
