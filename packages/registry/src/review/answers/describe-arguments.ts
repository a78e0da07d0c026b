import { isObject } from '../../recordings/json/json-value.js';
import { notationAt } from '../../recordings/json/number-notation.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { code, shorten } from '../../vocabulary/words.js';
import { brief, twoValues } from '../differences/format-values.js';
import { parseIfJson, sameArguments } from './equal-arguments.js';

/**
 * Describes how the arguments of two calls differ, one entry per path: "`city: "Paris"` instead of
 * `"London"`", "`days: 3` added", "`days: 3` removed". Parses JSON inside strings, which some
 * models write.
 */
export function describeArguments(before: JsonValue, after: JsonValue): string[] {
  const found: string[] = [];
  compare('', before, after, found);
  return found;
}

function compare(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  found: string[],
): void {
  if (before === undefined || after === undefined) {
    const value = before ?? after ?? null;
    found.push(`${argument(path, brief(value))} ${before === undefined ? 'added' : 'removed'}`);
    return;
  }
  if (sameArguments(before, after)) return;
  const inside: string[] = [];
  const [a, b] = [parseIfJson(before), parseIfJson(after)];
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const name = path === '' ? shorten(key, 40) : `${path}.${shorten(key, 40)}`;
      compare(name, own(a, key), own(b, key), inside);
      compareNotations(name, [a, b], key, inside);
    }
  } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [index, element] of a.entries()) {
      compare(`${path}[${index}]`, element, b[index] ?? null, inside);
      compareNotations(`${path}[${index}]`, [a, b], index, inside);
    }
  }
  // `push(...inside)` fails on very long lists.
  if (inside.length > 0) for (const words of inside) found.push(words);
  else {
    const [from, to] = twoValues(before, after);
    found.push(`${argument(path, to)} instead of ${code(from)}`);
  }
}

/** Adds equal numbers that are written differently, such as `1` and `1.0`. */
function compareNotations(
  path: string,
  [a, b]: [JsonObject | JsonValue[], JsonObject | JsonValue[]],
  key: string | number,
  found: string[],
): void {
  const [from, to] = [notationAt(a, key), notationAt(b, key)];
  const [before, after] = [Reflect.get(a, key), Reflect.get(b, key)];
  if (from !== to && before === after)
    found.push(`${argument(path, to ?? String(after))} instead of ${code(from ?? String(before))}`);
}

function argument(path: string, value: string): string {
  return code(path === '' ? value : `${path}: ${value}`, 140);
}

function own(value: { [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? (value[key] ?? null) : undefined;
}
