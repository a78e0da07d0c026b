/**
 * The notation of numbers whose value alone does not show how they were written: `1.0` parses to
 * the same value as `1`, and integers of 16 or more digits are rounded. A tool can tell them apart,
 * so comparisons need both.
 *
 * Kept outside the values, by container and key, so that a parsed number stays a plain number.
 */
const notations = new WeakMap<object, Map<string | number, string>>();

/** Numbers per document whose notation is kept; bounds memory for hostile documents. */
export const MAXIMUM_NOTATIONS = 50_000;

/**
 * The notation to keep for a number; null when its value shows it. `1.0`, `1.00` and `1e0` are the
 * same floating-point number, so they have the same notation, `1.0`.
 */
export function notationOf(text: string, value: number): string | null {
  if (!Number.isInteger(value)) return null;
  if (/[.eE]/.test(text)) return Number.isSafeInteger(value) ? `${value}.0` : `${value} (float)`;
  return Number.isSafeInteger(value) ? null : text;
}

/** Keeps the notation of the number at a key of an object, or at an index of a list. */
export function keepNotation(container: object, key: string | number, notation: string): void {
  const known = notations.get(container);
  if (known === undefined) notations.set(container, new Map([[key, notation]]));
  else known.set(key, notation);
}

/** The notation of the number at a key or an index; undefined when its value shows it. */
export function notationAt(container: object, key: string | number): string | undefined {
  return notations.get(container)?.get(key);
}

/** Keeps the notations of a container for its copy, which has the same keys. */
export function copyNotations(from: object, to: object): void {
  const known = notations.get(from);
  if (known !== undefined) notations.set(to, new Map(known));
}

/**
 * Whether the numbers directly inside two containers of equal values were written in the same way.
 */
export function sameNotations(a: object, b: object): boolean {
  const [left, right] = [notations.get(a), notations.get(b)];
  if (left === right) return true;
  if (left?.size !== right?.size) return false;
  for (const [key, notation] of left ?? []) if (right?.get(key) !== notation) return false;
  return true;
}
