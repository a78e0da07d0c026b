/// <reference lib="es2024.string" />

/** Longest test id, model or endpoint that is kept, in UTF-16 units. */
export const NAME_LENGTH = 1024;
/** Longest response text that is kept, in UTF-16 units. */
export const TEXT_LENGTH = 65_536;

/**
 * Text as Postgres can hold it: no NUL, no half of a surrogate pair (both become U+FFFD), and not longer than asked.
 * A cut never goes through a pair, so that a long emoji text does not end in a replacement character.
 */
export function storableText(text: string, maximumLength: number): string {
  let end = Math.min(text.length, maximumLength);
  if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
  const cut = text.slice(0, end);
  return (cut.includes('\0') ? cut.replaceAll('\0', '\uFFFD') : cut).toWellFormed();
}

/** The same for a value that may be missing. */
export function storableOrNull(text: string | null, maximumLength: number): string | null {
  return text === null ? null : storableText(text, maximumLength);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
