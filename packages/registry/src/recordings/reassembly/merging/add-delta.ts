import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, setField } from '../../json/json-value.js';
import { addParts, textPart } from './add-parts.js';
import { objectIn, ownCopy, ownField } from './merge-fields.js';

/**
 * Identifying fields: some providers repeat them in every chunk, so they are never concatenated.
 */
const IDENTIFYING_FIELDS = new Set(['role', 'type', 'id', 'index', 'format']);

/** Adds a delta to a target in place: strings and lists grow, objects are merged field by field. */
export function addDelta(target: JsonObject, delta: JsonObject): void {
  for (const [key, piece] of Object.entries(delta)) addPiece(target, key, piece);
}

/** Adds a piece of a function call: its name, and part of the text of its arguments. */
export function addFunction(target: JsonObject, key: string, piece: JsonObject): void {
  const called = objectIn(target, key);
  for (const [field, value] of Object.entries(piece)) {
    // Some servers repeat the complete name in every piece.
    if (field === 'name' && called['name'] === value) continue;
    addPiece(called, field, value);
  }
}

function addPiece(target: JsonObject, key: string, piece: JsonValue): void {
  const before = ownField(target, key) ?? null;
  if (Array.isArray(piece)) addParts(partsFor(target, key, before), piece);
  else if (before === null || before === '') setField(target, key, piece === null ? before : ownCopy(piece));
  else if (piece === null || IDENTIFYING_FIELDS.has(key)) return;
  else if (typeof before === 'string' && typeof piece === 'string') setField(target, key, before + piece);
  else if (Array.isArray(before) && typeof piece === 'string') {
    if (piece !== '') addParts(before, [textPart(piece)]);
  } else if (isObject(before) && isObject(piece)) addDelta(before, piece);
  else setField(target, key, ownCopy(piece));
}

/** The list that pieces are added to. An existing string becomes its first part. */
function partsFor(target: JsonObject, key: string, before: JsonValue): JsonValue[] {
  if (Array.isArray(before)) return before;
  const list: JsonValue[] = typeof before === 'string' && before !== '' ? [textPart(before)] : [];
  setField(target, key, list);
  return list;
}
