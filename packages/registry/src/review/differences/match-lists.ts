import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { alignTokens, type TokenRun } from './align-tokens.js';

/** Which elements of two lists belong together, by index. */
export interface ListMatch {
  pairs: { before: number; after: number }[];
  gone: number[];
  added: number[];
  /** Whether matching elements are in another order. */
  isReordered: boolean;
}

/** Keys of an element, the most specific first; elements with an equal key can belong together. */
export type ElementKeys = (element: JsonValue) => string[];

// Beyond these bounds, elements are paired by index: matching would take seconds.
const MAXIMUM_LENGTH = 5000;
const MAXIMUM_EDITS = 500;
const MAXIMUM_DEPTH = 64;

/** The level of the last keys. */
const KIND = -1;

/**
 * Matches the elements of two lists: those with equal first keys in order, then in any order; then those with
 * another key in common, anywhere; then those with the same last key (the kind) between the same neighbours.
 */
export function matchLists(before: JsonValue[], after: JsonValue[], keysOf: ElementKeys): ListMatch {
  if (Math.max(before.length, after.length) > MAXIMUM_LENGTH) return matchByIndex(before, after, keysOf);
  const [a, b] = [before.map(keysOf), after.map(keysOf)];
  const runs = alignFirstKeys(a, b);
  if (runs === undefined) return matchByIndex(before, after, keysOf);
  const { pairs, gapsBefore, gapsAfter } = anchorsOf(runs);
  const [left, right] = [new Set(gapsBefore.keys()), new Set(gapsAfter.keys())];
  const levels = [...a, ...b].reduce((most, keys) => Math.max(most, keys.length - 1), 0);
  // The kinds come last: they are the last key of each element, whatever the number of its keys.
  for (const level of [...Array(levels).keys(), KIND]) {
    const waiting = new Map<string, number[]>();
    for (const i of left) {
      const key = keyAt(a[i] ?? [], level, gapsBefore.get(i));
      if (key === null) continue;
      const list = waiting.get(key);
      if (list) list.push(i);
      else waiting.set(key, [i]);
    }
    for (const list of waiting.values()) list.reverse();
    for (const j of right) {
      const key = keyAt(b[j] ?? [], level, gapsAfter.get(j));
      const i = key === null ? undefined : waiting.get(key)?.pop();
      if (i === undefined) continue;
      pairs.push({ before: i, after: j });
      left.delete(i);
      right.delete(j);
    }
  }
  pairs.sort((x, y) => x.before - y.before);
  const isReordered = pairs.some((pair, index) => index > 0 && pair.after < (pairs[index - 1]?.after ?? 0));
  return { pairs, gone: [...left], added: [...right], isReordered };
}

/** One key of an element; null when it has none at this level. Kinds only count between the same neighbours. */
function keyAt(keys: string[], level: number, gap: number | undefined): string | null {
  if (level === KIND) return `${gap} ${keys.at(-1)}`;
  return level < keys.length - 1 ? (keys[level] ?? null) : null;
}

/** Pairs the elements at the same index where their last keys are equal. */
function matchByIndex(before: JsonValue[], after: JsonValue[], keysOf: ElementKeys): ListMatch {
  const match: ListMatch = { pairs: [], gone: [], added: [], isReordered: false };
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [a, b] = [before[index], after[index]];
    if (a !== undefined && b !== undefined && keysOf(a).at(-1) === keysOf(b).at(-1))
      match.pairs.push({ before: index, after: index });
    else {
      if (a !== undefined) match.gone.push(index);
      if (b !== undefined) match.added.push(index);
    }
  }
  return match;
}

function alignFirstKeys(a: string[][], b: string[][]): TokenRun[] | undefined {
  const numbers = new Map<string, number>();
  const numbered = (keys: string[][]) =>
    Int32Array.from(keys, ([first = '']) => {
      const number = numbers.get(first) ?? numbers.size;
      numbers.set(first, number);
      return number;
    });
  return alignTokens(numbered(a), numbered(b), MAXIMUM_EDITS);
}

/** The aligned pairs; and for each other element the number of pairs before it. */
function anchorsOf(runs: TokenRun[]) {
  const pairs: ListMatch['pairs'] = [];
  const [gapsBefore, gapsAfter] = [new Map<number, number>(), new Map<number, number>()];
  let [i, j] = [0, 0];
  for (const { kind, count } of runs) {
    for (let step = 0; step < count; step++) {
      if (kind === 'same') pairs.push({ before: i++, after: j++ });
      else if (kind === 'gone') gapsBefore.set(i++, pairs.length);
      else gapsAfter.set(j++, pairs.length);
    }
  }
  return { pairs, gapsBefore, gapsAfter };
}

/**
 * Text that is equal for values that are equal but for the order of keys and null fields. Ignores fields
 * named in `ignored`, and what is nested very deeply.
 */
export function canonicalText(value: JsonValue, ignored?: ReadonlySet<string>, depth = 0): string {
  if (depth > MAXIMUM_DEPTH) return '…';
  if (Array.isArray(value))
    return `[${value.map((element) => canonicalText(element, ignored, depth + 1)).join()}]`;
  if (!isObject(value)) return typeof value === 'number' ? String(value) : JSON.stringify(value);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== null && value[key] !== undefined && !ignored?.has(key))
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null, ignored, depth + 1)}`);
  return `{${fields.join()}}`;
}
