import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { textIn } from '../documents/binary.js';
import { isObject, setField } from '../json/json-value.js';

/**
 * Headers as lists of values by lower-case name. Reads what recorders write: an object of texts or lists, a
 * list of `{name, value}`, and a flat list of names and values.
 */
export function headersOf(recorded: JsonValue | undefined): JsonObject {
  const headers: JsonObject = {};
  for (const [name, value] of pairsOf(recorded)) {
    const key = name.toLowerCase();
    const known = headers[key];
    const values = (Array.isArray(value) ? value : [value]).flatMap((item) => textOf(item) ?? []);
    if (Array.isArray(known)) known.push(...values);
    else setField(headers, key, values);
  }
  return headers;
}

/** The first value of a header; null without one. */
export function headerOf(headers: JsonObject | null, name: string): string | null {
  const values = headers?.[name];
  const first = Array.isArray(values) ? values[0] : values;
  return typeof first === 'string' ? first : null;
}

function pairsOf(recorded: JsonValue | undefined): [string, JsonValue][] {
  if (isObject(recorded)) return Object.entries(recorded);
  if (!Array.isArray(recorded)) return [];
  if (recorded.every((item) => typeof item === 'string')) {
    return recorded.flatMap((name, index): [string, JsonValue][] =>
      index % 2 === 0 ? [[name, recorded[index + 1] ?? '']] : [],
    );
  }
  return recorded.flatMap((item): [string, JsonValue][] => {
    if (!isObject(item)) return [];
    const name = item['name'];
    return typeof name === 'string' ? [[name, item['value'] ?? '']] : [];
  });
}

function textOf(value: JsonValue): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return textIn(value);
}
