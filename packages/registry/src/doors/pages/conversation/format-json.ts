import { isObject } from '../../../recordings/json/json-value.js';
import type { JsonValue } from '../../../vocabulary/recording.js';

/** Maximum depth of a value. Hostile values that are deeper must not exhaust the stack. */
const MAXIMUM_DEPTH = 60;

/** Formats a value as indented JSON. A string is returned as it is, without quotes. */
export function formatValue(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return depthOf(value, 0) > MAXIMUM_DEPTH
    ? '(nested too deeply to show)'
    : (JSON.stringify(value, null, 2) ?? '');
}

/** Formats the arguments of a call. Most APIs send them as a string of JSON. */
export function formatArguments(value: JsonValue | undefined): string {
  if (typeof value !== 'string') return formatValue(value);
  try {
    return formatValue(JSON.parse(value) as JsonValue);
  } catch {
    return value;
  }
}

function depthOf(value: JsonValue, depth: number): number {
  if (depth > MAXIMUM_DEPTH || typeof value !== 'object' || value === null) return depth;
  let deepest = depth;
  for (const inner of isObject(value) ? Object.values(value) : value) {
    deepest = Math.max(deepest, depthOf(inner, depth + 1));
    if (deepest > MAXIMUM_DEPTH) break;
  }
  return deepest;
}
