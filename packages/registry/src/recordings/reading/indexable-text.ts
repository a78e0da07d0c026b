/**
 * The maximum size of an indexed text in bytes: Postgres refuses index rows of more than about 2,700 bytes.
 */
const INDEXED_BYTES = 1_000;

/** Shortens a text to the size that an index row can hold. */
export function indexable(text: string | null): string | null {
  if (text === null) return null;
  const bytes = Buffer.from(text);
  if (bytes.length <= INDEXED_BYTES) return text;
  // A cut in the middle of a character leaves a replacement character; remove it.
  return bytes
    .subarray(0, INDEXED_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
}
