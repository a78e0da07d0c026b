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

/** The same for an object whose members' values are written already. */
export function dumpsMembers(members: Readonly<Record<string, string>>): string {
  const texts = sortedKeys(Object.keys(members)).map((key) => `${quoted(key)}: ${members[key]}`);
  return `{${texts.join(', ')}}`;
}

function dumpsObject(object: PythonObject): string {
  const texts = sortedKeys(Object.keys(object)).map((key) => `${quoted(key)}: ${dumps(object[key] ?? null)}`);
  return `{${texts.join(', ')}}`;
}

/** JavaScript sorts by UTF-16 unit, Python by code point; they differ only where a surrogate meets a unit above it. */
function sortedKeys(keys: string[]): string[] {
  keys.sort();
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareCodePoints) : keys;
}

/** `JSON.stringify` escapes as Python does, but leaves DEL and everything beyond ASCII as it is. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  return BEYOND_ASCII.test(json) ? json.replace(EACH_BEYOND_ASCII, escaped) : json;
}

/** One UTF-16 unit; a character beyond 0xFFFF comes here as its two halves, and Python writes them so. */
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
 * A character that lies in a pair weighs as its whole code point. Where two texts first differ, that is the first half
 * of a pair, or both have the same first half and the second halves decide.
 */
function weight(text: string, index: number): number {
  return text.codePointAt(index) ?? 0;
}
