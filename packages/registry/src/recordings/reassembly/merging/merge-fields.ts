import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, setField } from '../../json/json-value.js';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Takes over the fields that every chunk of a stream repeats or that only the last one has (id, model, usage, …): a later
 * value replaces an earlier one, an empty one replaces nothing, and objects are merged field by field.
 *
 * Here as in all reassembly the target grows in place and never shares an object with a chunk: copying what there is
 * so far for every chunk would let one hostile recording of 4 MiB keep a server busy for minutes.
 */
export function mergeFields(target: JsonObject, source: JsonObject, skipped = NOTHING): void {
  for (const [key, value] of Object.entries(source)) {
    if (skipped.has(key)) continue;
    const before = ownField(target, key);
    if (isObject(before) && isObject(value)) mergeFields(before, value);
    else if (before === undefined || !isEmpty(value)) setField(target, key, ownCopy(value));
  }
}

/** Puts the lists of the source behind those of the target; other fields as in `mergeFields`. For log probabilities. */
export function appendLists(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    const before = ownField(target, key);
    if (Array.isArray(before) && Array.isArray(value)) append(before, value);
    else if (before === undefined || !isEmpty(value)) setField(target, key, ownCopy(value));
  }
}

/** vLLM tells the tokens of each chunk beside its text. */
export function addTokenIds(choice: JsonObject, piece: JsonObject): void {
  const tokens = ownField(piece, 'token_ids');
  if (Array.isArray(tokens)) append(listIn(choice, 'token_ids'), tokens);
}

/** Adds items to the end of a list in place. Not `push(...items)`, which fails on very long lists. */
export function append(list: JsonValue[], items: readonly JsonValue[]): void {
  for (const item of items) list.push(ownCopy(item));
}

/** A copy that shares nothing with the original. */
export function ownCopy(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(ownCopy);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) setField(copy, key, ownCopy(member));
  return copy;
}

/** A field of the object itself, not one that every object inherits. */
export function ownField(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The object under a key, made when there is none; for growing in place. */
export function objectIn(target: JsonObject, key: string): JsonObject {
  const existing = ownField(target, key);
  if (isObject(existing)) return existing;
  const created: JsonObject = {};
  setField(target, key, created);
  return created;
}

/** The list under a key, made when there is none; for growing in place. */
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
