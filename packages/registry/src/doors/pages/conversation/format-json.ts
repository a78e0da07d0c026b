import { bytesIn } from '../../../recordings/documents/binary.js';
import { isObject } from '../../../recordings/json/json-value.js';
import type { JsonValue } from '../../../vocabulary/recording.js';
import { formatSize } from '../layout/file-size.js';

/** Maximum depth of a value. Hostile values that are deeper must not exhaust the stack. */
const MAXIMUM_DEPTH = 60;
/** Maximum length of all texts of a value: aliases of YAML repeat one long text any number of times. */
const MAXIMUM_TEXT = 32 * 1024 * 1024;

/**
 * Formats a value as indented JSON. A string is returned as it is, without quotes; of bytes, only the size is
 * shown.
 */
export function formatValue(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  const shown = withoutBytes('', value);
  if (typeof shown === 'string') return shown;
  if (depthOf(shown, 0) > MAXIMUM_DEPTH) return '(nested too deeply to show)';
  return isTooLong(shown) ? '(too long to show)' : (JSON.stringify(shown, withoutBytes, 2) ?? '');
}

function withoutBytes(_key: string, value: JsonValue): JsonValue {
  const bytes = bytesIn(value);
  return bytes === null ? value : `(binary data, ${formatSize(bytes.length)})`;
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

function isTooLong(value: JsonValue): boolean {
  let length = 0;
  const pending = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') length += next.length;
    else if (isObject(next)) for (const inner of Object.values(next)) pending.push(inner);
    else if (Array.isArray(next)) for (const inner of next) pending.push(inner);
    if (length > MAXIMUM_TEXT) return true;
  }
  return false;
}
