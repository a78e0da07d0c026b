import { isObject } from '../../recordings/json/json-value.js';
import { notationAt } from '../../recordings/json/number-notation.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, shorten } from '../../vocabulary/words.js';

/**
 * Formats a value in at most `length` characters: strings quoted, long and nested values shortened.
 */
export function brief(value: JsonValue | undefined, length = 60): string {
  if (value === undefined) return 'nothing';
  return shorten(briefValue(value, length, 0), length);
}

function briefValue(value: JsonValue, length: number, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value, length));
  if (Array.isArray(value)) {
    if (depth > 2) return '[…]';
    const shown = value
      .slice(0, 8)
      .map((element, index) => notationAt(value, index) ?? briefValue(element, length, depth + 1));
    return `[${shown.join(', ')}${value.length > 8 ? ', …' : ''}]`;
  }
  if (!isObject(value)) return String(value);
  if (depth > 2) return '{…}';
  const entries = Object.entries(value);
  const shown = entries.slice(0, 8).map(([key, inner]) => {
    const shownValue = notationAt(value, key) ?? briefValue(inner, length, depth + 1);
    return `${shorten(key, 40)}: ${shownValue}`;
  });
  return `{${shown.join(', ')}${entries.length > 8 ? ', …' : ''}}`;
}

/** "`a` → `b`". Long texts are shown from shortly before their first difference. */
export function fromTo(before: JsonValue | undefined, after: JsonValue | undefined): string {
  const isPlain = (value: JsonValue | undefined) => typeof value === 'string' && /^[\w./:@ -]+$/.test(value);
  if (isLong(before, after))
    return fromFirstDifference(before, after)
      .map((text) => code(text, 60))
      .join(' → ');
  const [a, b] = [before, after].map((value) => (isPlain(value) ? String(value) : brief(value)));
  return `${code(a ?? '')} → ${code(b ?? '')}`;
}

/**
 * Formats two values; strings quoted. Long texts are shown from shortly before their first
 * difference.
 */
export function twoValues(before: JsonValue, after: JsonValue): [before: string, after: string] {
  if (!isLong(before, after)) return [brief(before), brief(after)];
  const [from = '', to = ''] = fromFirstDifference(before, after);
  return [`"${shorten(from, 60)}"`, `"${shorten(to, 60)}"`];
}

function isLong(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  return (
    typeof before === 'string' && typeof after === 'string' && Math.max(before.length, after.length) > 60
  );
}

/** Two long texts, from shortly before their first difference. */
function fromFirstDifference(a: JsonValue | undefined, b: JsonValue | undefined): string[] {
  const [before, after] = [String(a), String(b)];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const from = start < 30 ? 0 : start - 20;
  const lead = from === 0 ? '' : '…';
  return [before, after].map((text) => lead + text.slice(from, from + 240));
}
