import { isObject } from '../../recordings/json/json-value.js';
import { notationAt } from '../../recordings/json/number-notation.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, shorten } from '../../vocabulary/words.js';
import { looksSame, reveal } from './look-alikes.js';

/** Characters that are shown of a long text. */
const SHOWN = 60;
const LONGEST_VALUE = 80;

type Pair = [before: string, after: string];

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

/** "`a` → `b`". Texts are quoted when one has signs or the other value is no text. See `textPair`. */
export function fromTo(before: JsonValue | undefined, after: JsonValue | undefined): string {
  if (typeof before !== 'string' || typeof after !== 'string')
    return describePair(brief(before), brief(after), LONGEST_VALUE);
  const isPlain = (value: string) => /^[\w./:@ -]+$/.test(value);
  if (isLong(before, after)) return describePair(before, after);
  if ((isPlain(before) && isPlain(after)) || looksSame(before, after))
    return describePair(before, after, LONGEST_VALUE);
  return describePair(brief(before), brief(after), LONGEST_VALUE);
}

/** "`a` → `b`" of two texts, see `textPair`. */
export function describePair(before: string, after: string, length = SHOWN): string {
  const [from, to] = textPair(before, after, length);
  return `${code(from, length)} → ${code(to, length)}`;
}

/** Formats two values; strings quoted. See `textPair`. */
export function twoValues(before: JsonValue, after: JsonValue): [before: string, after: string] {
  if (!isLong(before, after)) return textPair(brief(before), brief(after), SHOWN);
  const [from, to] = textPair(String(before), String(after), SHOWN);
  return [`"${shorten(from, SHOWN)}"`, `"${shorten(to, SHOWN)}"`];
}

function isLong(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  return (
    typeof before === 'string' && typeof after === 'string' && Math.max(before.length, after.length) > SHOWN
  );
}

/**
 * Two different texts such that what is shown of them differs: long ones from shortly before their first
 * difference, those that look the same with their code points, and spaces made visible.
 */
function textPair(before: string, after: string, length: number): Pair {
  const isCut = Math.max(before.length, after.length) > length;
  const raw: Pair = isCut ? fromFirstDifference(before, after) : [before, after];
  const spaced = raw.map((text) => text.replaceAll(/\n/g, '⏎').replaceAll(/\s/g, '␣')) as Pair;
  const isDistinct = ([a, b]: Pair) => {
    const [from, to] = [code(a, length), code(b, length)];
    return from !== to && !looksSame(from, to);
  };
  const marked = reveal(...raw);
  const ways = looksSame(...raw) ? [raw, marked, spaced] : [raw, spaced, marked];
  return ways.find(isDistinct) ?? reveal(...spaced);
}

/** Two long texts, from shortly before their first difference. */
function fromFirstDifference(before: string, after: string): Pair {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const from = start < 30 ? 0 : start - 20;
  const lead = from === 0 ? '' : '…';
  const shown = (text: string) => lead + text.slice(from, from + 240).replace(/^[\uDC00-\uDFFF]/, '');
  return [shown(before), shown(after)];
}
