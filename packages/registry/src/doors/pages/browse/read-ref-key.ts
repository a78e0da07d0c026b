/** The id of a ref in an address; null for anything else. */
export function readRefKey(text: string | null): string | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? text : null;
}
