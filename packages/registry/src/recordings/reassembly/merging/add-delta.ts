import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, setField } from '../../json/json-value.js';
import { addParts, textPart } from './add-parts.js';
import { objectIn, ownCopy, ownField } from './merge-fields.js';

/** Fields that say what something is. Some providers repeat them in every chunk, so they are never added up. */
const NAMING_FIELDS = new Set(['role', 'type', 'id', 'index', 'format']);

/** Adds a delta to what there is so far: texts and lists grow, objects are added up field by field. */
export function addDelta(target: JsonObject, delta: JsonObject): void {
  for (const [key, piece] of Object.entries(delta)) addPiece(target, key, piece);
}

/** Adds a piece of a function call: a name and a growing text of arguments. */
export function addFunction(target: JsonObject, key: string, piece: JsonObject): void {
  const called = objectIn(target, key);
  for (const [field, value] of Object.entries(piece)) {
    // Some servers repeat the whole name in every piece.
    if (field === 'name' && called['name'] === value) continue;
    addPiece(called, field, value);
  }
}

function addPiece(target: JsonObject, key: string, piece: JsonValue): void {
  const before = ownField(target, key) ?? null;
  if (Array.isArray(piece)) addParts(listFor(target, key, before), piece);
  else if (before === null || before === '') setField(target, key, piece === null ? before : ownCopy(piece));
  else if (piece === null || NAMING_FIELDS.has(key)) return;
  else if (typeof before === 'string' && typeof piece === 'string') setField(target, key, before + piece);
  else if (Array.isArray(before) && typeof piece === 'string') {
    if (piece !== '') addParts(before, [textPart(piece)]);
  } else if (isObject(before) && isObject(piece)) addDelta(before, piece);
  else setField(target, key, ownCopy(piece));
}

/** The list that pieces are added to; a text that was there before is its first part. */
function listFor(target: JsonObject, key: string, before: JsonValue): JsonValue[] {
  if (Array.isArray(before)) return before;
  const list: JsonValue[] = typeof before === 'string' && before !== '' ? [textPart(before)] : [];
  setField(target, key, list);
  return list;
}
