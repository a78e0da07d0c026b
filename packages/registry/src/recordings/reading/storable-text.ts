/// <reference lib="es2024.string" />

/** Maximum length of a stored test id, model or endpoint, in UTF-16 units. */
export const NAME_LENGTH = 1024;
/** Maximum length of a stored response text, in UTF-16 units. */
export const TEXT_LENGTH = 65_536;

/**
 * Makes text storable in Postgres: replaces NUL and unpaired surrogates with U+FFFD, and shortens
 * it to `maximumLength` UTF-16 units without splitting a surrogate pair.
 */
export function storableText(text: string, maximumLength: number): string {
  let end = Math.min(text.length, maximumLength);
  if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
  const cut = text.slice(0, end);
  return (cut.includes('\0') ? cut.replaceAll('\0', '\uFFFD') : cut).toWellFormed();
}

/** As `storableText`; null stays null. */
export function storableOrNull(text: string | null, maximumLength: number): string | null {
  return text === null ? null : storableText(text, maximumLength);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
