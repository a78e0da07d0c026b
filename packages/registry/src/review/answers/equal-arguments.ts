import { isObject } from '../../recordings/json/json-value.js';
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

/** Whether two argument values are equal for the tool. Unlike elsewhere, null and absent differ. */
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
 * Whether two JSON texts are equal arguments. Integers of 16 or more digits are also compared as
 * text, because parsing may round different ones to equal numbers.
 */
export function sameArgumentTexts(before: string, after: string): boolean {
  const [a, b] = [parseArguments(before), parseArguments(after)];
  if (a === null || b === null) return before === after;
  const longNumbers = (text: string) => (text.match(/\d{16,}/g) ?? []).sort().join();
  return sameArguments(a.value, b.value) && longNumbers(before) === longNumbers(after);
}

/** Parses a string with a JSON object or list; returns any other value unchanged. */
export function parseIfJson(value: JsonValue): JsonValue {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? parseArgumentsOrText(value) : value;
}
