import { isObject } from '../../recordings/json/json-value.js';
import { sameNotations } from '../../recordings/json/number-notation.js';
import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonValue } from '../../vocabulary/recording.js';

/** Parses arguments in JSON text; returns the text itself when it is not JSON. */
export function parseArgumentsOrText(text: string): JsonValue {
  const parsed = parseArguments(text);
  return parsed === null ? text : parsed.value;
}

/** Parses arguments in JSON text; null when the text is not JSON. */
function parseArguments(text: string): { value: JsonValue } | null {
  const parsed = parseJson(text);
  return 'problem' in parsed ? null : parsed;
}

/**
 * Whether two argument values are equal for the tool. Unlike elsewhere, null and absent differ, and
 * so do `1` and `1.0`, and integers of 16 or more digits that parsing rounds to the same number.
 */
export function sameArguments(a: JsonValue, b: JsonValue): boolean {
  // Object.is, because arguments may contain NaN.
  if (a === b || Object.is(a, b)) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return sameNotations(a, b) && a.every((element, index) => sameArguments(element, b[index] ?? null));
  }
  if (!isObject(a) || !isObject(b) || !sameNotations(a, b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameArguments(a[key] ?? null, b[key] ?? null));
}

/** Whether two texts are equal arguments: as JSON, or as text when one is not JSON. */
export function sameArgumentTexts(before: string, after: string): boolean {
  const [a, b] = [parseArguments(before), parseArguments(after)];
  return a === null || b === null ? before === after : sameArguments(a.value, b.value);
}

/** Parses a string with a JSON object or list; returns any other value unchanged. */
export function parseIfJson(value: JsonValue): JsonValue {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? parseArgumentsOrText(value) : value;
}
