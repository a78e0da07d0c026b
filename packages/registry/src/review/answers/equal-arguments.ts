import { isObject } from '../../recordings/json/json-value.js';
import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonValue } from '../../vocabulary/recording.js';

/** Arguments written as JSON text, parsed; the text itself when it is not JSON. */
export function parseArgumentsOrText(text: string): JsonValue {
  const parsed = parseArguments(text);
  return parsed === null ? text : parsed.value;
}

/** Arguments written as JSON text, parsed; null when the text is not JSON. */
function parseArguments(text: string): { value: JsonValue } | null {
  const parsed = parseJson(text);
  return 'problem' in parsed ? null : parsed;
}

/**
 * Whether two argument values are the same to the tool. Unlike elsewhere, null and absent differ: the tool sees it.
 */
export function sameArguments(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((element, index) => sameArguments(element, b[index] ?? null));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameArguments(a[key] ?? null, b[key] ?? null));
}

/**
 * Whether two texts of arguments say the same. Integers of 16 and more digits are compared as text too, because
 * parsing rounds them to one number.
 */
export function sameArgumentTexts(before: string, after: string): boolean {
  const [a, b] = [parseArguments(before), parseArguments(after)];
  if (a === null || b === null) return before === after;
  const long = (text: string) => (text.match(/\d{16,}/g) ?? []).sort().join();
  return sameArguments(a.value, b.value) && long(before) === long(after);
}

/** A text that holds a JSON object or list as that; anything else as it is. */
export function parseIfJson(value: JsonValue): JsonValue {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? parseArgumentsOrText(value) : value;
}
