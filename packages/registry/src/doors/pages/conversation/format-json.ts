import { isObject } from '../../../recordings/json/json-value.js';
import type { JsonValue } from '../../../vocabulary/recording.js';

/** Levels that are laid out; deeper values than any recording's must not exhaust the stack. */
const DEEPEST = 60;

/** A value on lines; text is itself, without quotes. */
export function formatValue(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return depthOf(value, 0) > DEEPEST
    ? '(nested too deeply to be shown)'
    : (JSON.stringify(value, null, 2) ?? '');
}

/** Arguments of a call: most APIs send them as JSON in a text. */
export function formatArguments(value: JsonValue | undefined): string {
  if (typeof value !== 'string') return formatValue(value);
  try {
    return formatValue(JSON.parse(value) as JsonValue);
  } catch {
    return value;
  }
}

function depthOf(value: JsonValue, depth: number): number {
  if (depth > DEEPEST || typeof value !== 'object' || value === null) return depth;
  let deepest = depth;
  for (const inner of isObject(value) ? Object.values(value) : value) {
    deepest = Math.max(deepest, depthOf(inner, depth + 1));
    if (deepest > DEEPEST) break;
  }
  return deepest;
}
