import { isObject } from '../../recordings/json/json-value.js';
import { copyNotations } from '../../recordings/json/number-notation.js';
import { isPlace, type PlacePattern, partsOf } from '../../store/settings/settings.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { fieldName, type Place, sameValue, walkValues } from '../differences/walk-values.js';

// The depth to which `walkValues` compares.
const MAXIMUM_DEPTH = 256;

/** Two values without their ignored fields, and the number of ignored differences. */
export interface ComparedValues {
  before: JsonValue;
  after: JsonValue;
  ignored: number;
}

/**
 * Removes ignored fields from both sides, so that no comparison sees them.
 * @param root the kind of the values, which is the first part of the patterns that apply
 */
export function removeIgnored(
  ignore: readonly PlacePattern[],
  root: 'response' | 'request',
  before: JsonValue,
  after: JsonValue,
): ComparedValues {
  const patterns = ignore.filter(([first]) => first === root);
  if (patterns.length === 0) return { before, after, ignored: 0 };
  return {
    before: without(patterns, before, [root]),
    after: without(patterns, after, [root]),
    ignored: countIgnored(patterns, root, before, after),
  };
}

function without(patterns: readonly PlacePattern[], value: JsonValue, parts: string[]): JsonValue {
  const isIgnored = (place: string[]) => patterns.some((pattern) => isPlace(pattern, place));
  if (parts.length > MAXIMUM_DEPTH) return value;
  if (Array.isArray(value)) {
    const place = [...parts, '[]'];
    if (isIgnored(place)) return [];
    const list = value.map((element) => without(patterns, element, place));
    copyNotations(value, list);
    return list;
  }
  if (!isObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const place = [...parts, fieldName(key)];
    if (!isIgnored(place)) kept.push([key, without(patterns, inner, place)]);
  }
  const object = Object.fromEntries(kept);
  copyNotations(value, object);
  return object;
}

function countIgnored(
  patterns: readonly PlacePattern[],
  root: string,
  before: JsonValue,
  after: JsonValue,
): number {
  let ignored = 0;
  const isIgnored = ({ shape }: Place) => {
    const parts = [root, ...partsOf(shape)];
    return patterns.some((pattern) => isPlace(pattern, parts));
  };
  walkValues(before, after, {
    pair(place, a, b) {
      if (!isIgnored(place)) return false;
      if (!sameValue(a, b)) ignored++;
      return true;
    },
    differ(place) {
      if (isIgnored(place)) ignored++;
    },
  });
  return ignored;
}
