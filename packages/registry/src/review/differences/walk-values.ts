import { isObject } from '../../recordings/json/json-value.js';
import { sameNotations } from '../../recordings/json/number-notation.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { canonicalText, type ElementKeys, matchLists } from './match-lists.js';

/**
 * A position in a value: `path` for display (`choices[0].text`), `shape` for rules
 * (`choices[].text`).
 */
export interface Place {
  path: string;
  shape: string;
}

export const ROOT: Place = { path: '', shape: '' };

/** Callbacks of a walk over two values. */
export interface Visitor {
  /** Called where both sides have a value, before visiting its fields; true to skip them. */
  pair?(place: Place, before: JsonValue, after: JsonValue): boolean;
  /** Called where the sides differ; a missing value is undefined. */
  differ(place: Place, before: JsonValue | undefined, after: JsonValue | undefined): void;
  /**
   * Called where elements of a list are in another order, with the elements that took each other's place. Their
   * own differences are reported as well.
   */
  reorder?(place: Place, moved: { before: JsonValue; after: JsonValue }[]): void;
  /** See `matchLists`; default: equal elements, then those of the same kind. */
  keysOf?: ElementKeys;
}

// Maximum depth of comparison: real recordings nest less, and a hostile file must not exhaust the
// stack.
const MAXIMUM_DEPTH = 256;
// Deeper lists are matched by kind alone: a key holds the whole element, so each level costs the full size.
const MAXIMUM_MATCHED_DEPTH = 12;

/** An own field of an object; undefined when it is null, absent or inherited. */
export function field(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
}

/**
 * A field name as part of a path. Unusual names are quoted, so that a recording cannot imitate a
 * path of the rules.
 */
export function fieldName(key: string): string {
  return /^[\w$-]+$/.test(key) ? key : JSON.stringify(key).replaceAll(/[.[\]]/g, '_');
}

function fieldPlace(place: Place, key: string): Place {
  const name = fieldName(key);
  const dot = place.path === '' ? '' : '.';
  return { path: `${place.path}${dot}${name}`, shape: `${place.shape}${dot}${name}` };
}

/** The place of an element of a list. */
export function elementPlace(place: Place, index: number): Place {
  return { path: `${place.path}[${index}]`, shape: `${place.shape}[]` };
}

/**
 * Whether two values are equal, ignoring the order of keys and the difference between null and
 * absent. `1` and `1.0` differ: in arguments, a tool can tell them apart.
 */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined, depth = 0): boolean {
  // Object.is, because recordings may contain NaN.
  if (a === b || Object.is(a, b) || (a ?? null) === (b ?? null)) return true;
  if (depth > MAXIMUM_DEPTH || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      sameNotations(a, b) &&
      a.every((element, index) => sameValue(element, b[index], depth + 1))
    );
  }
  if (!isObject(a) || !isObject(b) || !sameNotations(a, b)) return false;
  return keysOf(a, b).every((key) => sameValue(field(a, key), field(b, key), depth + 1));
}

/**
 * Walks two values in parallel and calls the visitor where they differ. Null and absent fields are
 * equal. Lists are matched by equal elements, then by those of the same kind between the same neighbours.
 */
export function walkValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  visitor: Visitor,
  place: Place = ROOT,
  depth = 0,
): void {
  const [a, b] = [before ?? undefined, after ?? undefined];
  if (a === b || Object.is(a, b)) return;
  if (a === undefined || b === undefined) visitor.differ(place, a, b);
  else if (visitor.pair?.(place, a, b)) return;
  else if (depth > MAXIMUM_DEPTH) visitor.differ(place, a, b);
  else if (Array.isArray(a) && Array.isArray(b)) walkLists(a, b, visitor, place, depth);
  else if (!isObject(a) || !isObject(b)) visitor.differ(place, a, b);
  else {
    for (const key of keysOf(a, b)) {
      walkValues(field(a, key), field(b, key), visitor, fieldPlace(place, key), depth + 1);
    }
  }
}

function walkLists(a: JsonValue[], b: JsonValue[], visitor: Visitor, place: Place, depth: number): void {
  let start = 0;
  let [endA, endB] = [a.length, b.length];
  while (start < endA && start < endB && sameValue(a[start], b[start])) start++;
  while (endA > start && endB > start && sameValue(a[endA - 1], b[endB - 1]))
    [endA, endB] = [endA - 1, endB - 1];
  const [before, after] = [a.slice(start, endA), b.slice(start, endB)];
  const keys = depth > MAXIMUM_MATCHED_DEPTH ? kindKeys : (visitor.keysOf ?? defaultKeys);
  const match = matchLists(before, after, keys);
  const visits = [
    ...match.pairs.map((pair) => ({ ...pair, at: pair.after })),
    ...match.gone.map((index) => ({ before: index, after: null, at: index })),
    ...match.added.map((index) => ({ before: null, after: index, at: index })),
  ].sort((x, y) => x.at - y.at);
  if (match.isReordered) visitor.reorder?.(place, movedElements(before, after, match.pairs));
  for (const { before: i, after: j, at } of visits) {
    const element = elementPlace(place, start + at);
    const [left, right] = [i === null ? undefined : before[i], j === null ? undefined : after[j]];
    if (left === undefined || right === undefined) visitor.differ(element, left, right);
    else walkValues(left, right, visitor, element, depth + 1);
  }
}

/** The matching elements whose place changed, each with the one that is now in its place. */
function movedElements(before: JsonValue[], after: JsonValue[], pairs: { before: number; after: number }[]) {
  const inOrder = pairs.toSorted((x, y) => x.after - y.after);
  return pairs.flatMap((pair, index) => {
    const now = inOrder[index];
    if (now === undefined || now === pair) return [];
    return [{ before: before[pair.before] ?? null, after: after[now.after] ?? null }];
  });
}

function defaultKeys(element: JsonValue): string[] {
  return [canonicalText(element), kindOf(element)];
}

function kindKeys(element: JsonValue): string[] {
  return [kindOf(element)];
}

/** The kind of an element of a list: the type and, for objects, their `type` and `role`. */
export function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'list';
  if (!isObject(value)) return value === null ? 'null' : typeof value;
  const [type, role] = [field(value, 'type'), field(value, 'role')];
  return `object ${typeof type === 'string' ? type : ''} ${typeof role === 'string' ? role : ''}`;
}

function keysOf(a: JsonObject, b: JsonObject): string[] {
  const keys = Object.keys(a);
  return keys.concat(Object.keys(b).filter((key) => !Object.hasOwn(a, key)));
}
