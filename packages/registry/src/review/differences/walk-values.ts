import { isObject } from '../../recordings/json/json-value.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** Where in a value: `path` for people (`choices[0].text`), `shape` for rules (`choices[].text`). */
export interface Place {
  path: string;
  shape: string;
}

export const ROOT: Place = { path: '', shape: '' };

/** What a walk does with what it finds. */
export interface Visitor {
  /** Called where both sides hold a value, before looking inside; true when it is dealt with. */
  pair?(place: Place, before: JsonValue, after: JsonValue): boolean;
  /** Called where the sides differ; undefined is the side that has nothing there. */
  differ(place: Place, before: JsonValue | undefined, after: JsonValue | undefined): void;
}

// Deeper values than any recording's are compared no further, so that a hostile file cannot exhaust the stack.
const DEEPEST = 256;

/** The own field of an object; null, absent and inherited names are all undefined. */
export function field(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
}

/** A field's name in a place. Unusual ones are quoted, so that no name of a recording looks like a path of the rules. */
export function fieldName(key: string): string {
  return /^[\w$-]+$/.test(key) ? key : JSON.stringify(key).replaceAll(/[.[\]]/g, '_');
}

function fieldPlace(place: Place, key: string): Place {
  const name = fieldName(key);
  const dot = place.path === '' ? '' : '.';
  return { path: `${place.path}${dot}${name}`, shape: `${place.shape}${dot}${name}` };
}

export function elementPlace(place: Place, index: number): Place {
  return { path: `${place.path}[${index}]`, shape: `${place.shape}[]` };
}

/** Whether two values are the same to a reader: the order of keys does not count, nor does null against absent. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined, depth = 0): boolean {
  // Object.is: recordings may hold NaN, which Python writes.
  if (a === b || Object.is(a, b) || (a ?? null) === (b ?? null)) return true;
  if (depth > DEEPEST || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((element, index) => sameValue(element, b[index], depth + 1))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  return keysOf(a, b).every((key) => sameValue(field(a, key), field(b, key), depth + 1));
}

/**
 * Walks two values side by side and tells the visitor where they differ. Null and absent fields are the same.
 * Lists are aligned by what they have in common at both ends; between, elements of one kind pair up in order.
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
  else if (depth > DEEPEST) visitor.differ(place, a, b);
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
  for (let index = start; index < Math.max(endA, endB); index++) {
    const spot = elementPlace(place, index);
    const left = index < endA ? (a[index] ?? null) : undefined;
    const right = index < endB ? (b[index] ?? null) : undefined;
    if (left === undefined || right === undefined) visitor.differ(spot, left, right);
    else if (kindOf(left) === kindOf(right)) walkValues(left, right, visitor, spot, depth + 1);
    else {
      visitor.differ(spot, left, undefined);
      visitor.differ(spot, undefined, right);
    }
  }
}

/** What makes two elements of a list comparable: their type and, for objects, what they say that they are. */
function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'list';
  if (!isObject(value)) return value === null ? 'null' : typeof value;
  const [type, role] = [field(value, 'type'), field(value, 'role')];
  return `object ${typeof type === 'string' ? type : ''} ${typeof role === 'string' ? role : ''}`;
}

function keysOf(a: JsonObject, b: JsonObject): string[] {
  const keys = Object.keys(a);
  return keys.concat(Object.keys(b).filter((key) => !Object.hasOwn(a, key)));
}
