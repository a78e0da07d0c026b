import { isObject } from '../recordings/json-value.js';
import type { JsonValue } from '../recordings/recording.js';

/** "1 recording", "2 recordings". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** Cuts a text to at most `length` characters, never inside a character. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * A name or a value of a recording between backticks, on one line; its own backticks become quotes, so that a reader
 * of the words (the markdown renderer above all) can rely on every backtick being ours.
 */
export function code(text: string, length = 80): string {
  // Cut before cleaning as well: a megabyte of text need not be cleaned to show 80 characters of it.
  const line = shorten(text, length * 4)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('`', "'")
    .trim();
  return line === '' ? '(empty)' : `\`${shorten(line, length)}\``;
}

/** The words without their backticks. */
export function plain(words: string): string {
  return words.replaceAll('`', '');
}

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

/** "a, b and c"; at most `most` of them, the rest counted. */
export function listing(items: string[], most: number): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest.toLocaleString('en-GB')} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}
