import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, shorten } from '../../vocabulary/words.js';

/** A value as a short text: strings quoted, long and nested things cut. */
export function brief(value: JsonValue | undefined, length = 60): string {
  if (value === undefined) return 'nothing';
  return shorten(briefly(value, length, 0), length);
}

function briefly(value: JsonValue, length: number, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value, length));
  if (Array.isArray(value)) {
    if (depth > 2) return '[…]';
    const shown = value.slice(0, 8).map((element) => briefly(element, length, depth + 1));
    return `[${shown.join(', ')}${value.length > 8 ? ', …' : ''}]`;
  }
  if (!isObject(value)) return String(value);
  if (depth > 2) return '{…}';
  const entries = Object.entries(value);
  const shown = entries
    .slice(0, 8)
    .map(([key, inner]) => `${shorten(key, 40)}: ${briefly(inner, length, depth + 1)}`);
  return `{${shown.join(', ')}${entries.length > 8 ? ', …' : ''}}`;
}

/** "`a` → `b`". Where long texts begin alike, the part that differs is shown. */
export function fromTo(before: JsonValue | undefined, after: JsonValue | undefined): string {
  const plainly = (value: JsonValue | undefined) => typeof value === 'string' && /^[\w./:@ -]+$/.test(value);
  if (isLong(before, after))
    return pointed(before, after)
      .map((text) => code(text, 60))
      .join(' → ');
  const [a, b] = [before, after].map((value) => (plainly(value) ? String(value) : brief(value)));
  return `${code(a ?? '')} → ${code(b ?? '')}`;
}

/** Two values as short texts, texts quoted. Where long texts begin alike, the part that differs is shown. */
export function twoValues(before: JsonValue, after: JsonValue): [before: string, after: string] {
  if (!isLong(before, after)) return [brief(before), brief(after)];
  const [from = '', to = ''] = pointed(before, after);
  return [`"${shorten(from, 60)}"`, `"${shorten(to, 60)}"`];
}

function isLong(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  return (
    typeof before === 'string' && typeof after === 'string' && Math.max(before.length, after.length) > 60
  );
}

/** Long texts from a little before where they part. */
function pointed(a: JsonValue | undefined, b: JsonValue | undefined): string[] {
  const [before, after] = [String(a), String(b)];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const from = start < 30 ? 0 : start - 20;
  const lead = from === 0 ? '' : '…';
  return [before, after].map((text) => lead + text.slice(from, from + 240));
}
