import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject, setField } from '../json/json-value.js';
import { copyNotations } from '../json/number-notation.js';
import { parseJson } from '../json/parse-json.js';

/**
 * Replaces every `{__type__, __data__}` by its data, at any depth. Does not change the original.
 */
export function unwrap(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return unwrapList(value);
  if (!isObject(value)) return value;
  return isWrapper(value) ? unwrap(dataOf(value)) : unwrapMembers(value);
}

function isWrapper(object: JsonObject): boolean {
  return Object.hasOwn(object, '__type__') && Object.hasOwn(object, '__data__');
}

/**
 * Some recorders write the data as JSON text. Text that is not a JSON object or list is the value
 * itself.
 */
function dataOf(wrapper: JsonObject): JsonValue {
  const data = wrapper['__data__'] ?? null;
  if (typeof data !== 'string' || !/^\s*[[{]/.test(data)) return data;
  const parsed = parseJson(data);
  return 'problem' in parsed ? data : parsed.value;
}

/** Copies only what changes: most of a large body has no wrapper. */
function unwrapList(list: JsonValue[]): JsonValue[] {
  let copy: JsonValue[] | null = null;
  for (const [index, item] of list.entries()) {
    const plain = unwrap(item);
    if (plain === item) continue;
    copy ??= [...list];
    copy[index] = plain;
  }
  if (copy !== null) copyNotations(list, copy);
  return copy ?? list;
}

function unwrapMembers(object: JsonObject): JsonObject {
  let copy: JsonObject | null = null;
  for (const [key, member] of Object.entries(object)) {
    const plain = unwrap(member);
    if (plain === member) continue;
    copy ??= { ...object };
    setField(copy, key, plain);
  }
  if (copy !== null) copyNotations(object, copy);
  return copy ?? object;
}
