import { floatText } from './python-float.js';
import { PythonBigInteger, PythonFloat, type PythonObject, type PythonValue } from './python-value.js';

const BEYOND_ASCII = /[\x7f-\uffff]/;
const SURROGATE = /[\ud800-\udfff]/;
const EACH_BEYOND_ASCII = /[\x7f-\uffff]/g;

/** Python's `json.dumps(value, sort_keys=True)`, character for character; the result is ASCII. */
export function dumps(value: PythonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof PythonFloat) return floatText(value.value);
  if (value instanceof PythonBigInteger) return value.text;
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
  return dumpsObject(value);
}

/** As `dumps`, for an object whose values are already serialised. */
export function dumpsMembers(members: Readonly<Record<string, string>>): string {
  const texts = sortedKeys(Object.keys(members)).map((key) => `${quoted(key)}: ${members[key]}`);
  return `{${texts.join(', ')}}`;
}

function dumpsObject(object: PythonObject): string {
  const texts = sortedKeys(Object.keys(object)).map((key) => `${quoted(key)}: ${dumps(object[key] ?? null)}`);
  return `{${texts.join(', ')}}`;
}

/**
 * JavaScript sorts by UTF-16 unit, Python by code point; the orders differ only where surrogates
 * are involved.
 */
function sortedKeys(keys: string[]): string[] {
  keys.sort();
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareCodePoints) : keys;
}

/** `JSON.stringify` escapes as Python does, except for DEL and characters beyond ASCII. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  return BEYOND_ASCII.test(json) ? json.replace(EACH_BEYOND_ASCII, escaped) : json;
}

/** Escapes one UTF-16 unit. Python also writes a character beyond 0xFFFF as two escaped units. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Below zero when Python sorts `left` first. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    if (left[i] !== right[i]) return weight(left, i) - weight(right, i);
  }
  return left.length - right.length;
}

/**
 * The code point at the first difference of two strings. It is at the first half of a pair, or both
 * strings share the first half and the second halves decide.
 */
function weight(text: string, index: number): number {
  return text.codePointAt(index) ?? 0;
}
