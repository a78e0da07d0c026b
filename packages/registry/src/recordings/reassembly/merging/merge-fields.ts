import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, setField } from '../../json/json-value.js';
import { copyNotations } from '../../json/number-notation.js';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Merges the fields of a chunk into a target (id, model, usage, …): a later value replaces an
 * earlier one, null and the empty string replace nothing, objects are merged field by field.
 *
 * All reassembly changes the target in place and never shares an object with a chunk. Copying the
 * target for every chunk would let one hostile recording of 4 MiB occupy a server for minutes.
 */
export function mergeFields(target: JsonObject, source: JsonObject, skipped = NOTHING): void {
  for (const [key, value] of Object.entries(source)) {
    if (skipped.has(key)) continue;
    const before = ownField(target, key);
    if (isObject(before) && isObject(value)) mergeFields(before, value);
    else if (before === undefined || !isEmpty(value)) setField(target, key, ownCopy(value));
  }
}

/**
 * Appends the lists of the source to those of the target; other fields as in `mergeFields`. For log
 * probabilities.
 */
export function appendLists(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    const before = ownField(target, key);
    if (Array.isArray(before) && Array.isArray(value)) append(before, value);
    else if (before === undefined || !isEmpty(value)) setField(target, key, ownCopy(value));
  }
}

/** Appends the token ids that vLLM sends with each chunk. */
export function addTokenIds(choice: JsonObject, piece: JsonObject): void {
  const tokens = ownField(piece, 'token_ids');
  if (Array.isArray(tokens)) append(listIn(choice, 'token_ids'), tokens);
}

/** Appends copies of items to a list in place. `push(...items)` fails on very long lists. */
export function append(list: JsonValue[], items: readonly JsonValue[]): void {
  for (const item of items) list.push(ownCopy(item));
}

/** A deep copy, with the notation of its numbers. */
export function ownCopy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const list = value.map(ownCopy);
    copyNotations(value, list);
    return list;
  }
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) setField(copy, key, ownCopy(member));
  copyNotations(value, copy);
  return copy;
}

/** An own field of an object; undefined for inherited ones. */
export function ownField(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The object at a key, created when missing. */
export function objectIn(target: JsonObject, key: string): JsonObject {
  const existing = ownField(target, key);
  if (isObject(existing)) return existing;
  const created: JsonObject = {};
  setField(target, key, created);
  return created;
}

/** The list at a key, created when missing. */
export function listIn(target: JsonObject, key: string): JsonValue[] {
  const existing = ownField(target, key);
  if (Array.isArray(existing)) return existing;
  const created: JsonValue[] = [];
  setField(target, key, created);
  return created;
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === '';
}
