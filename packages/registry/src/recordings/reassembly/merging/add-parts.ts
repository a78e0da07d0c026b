import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, setField, textAt } from '../../json/json-value.js';
import { ownCopy, ownField } from './merge-fields.js';

/** Fields of a part that grow from chunk to chunk. */
const GROWING = new Set(['text', 'thinking', 'summary', 'data', 'signature']);
/** Fields that identify the part of a piece. */
const IDENTIFYING = ['type', 'index', 'id', 'format'];

/**
 * Adds pieces to a list of parts (`content` of Mistral, `reasoning_details` of OpenRouter,
 * `thinking_blocks`). A piece with only text extends the last part when type, index and id match,
 * so chunk boundaries leave no trace. Any other piece becomes a part.
 */
export function addParts(parts: JsonValue[], pieces: readonly JsonValue[]): void {
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (isObject(last) && isObject(piece) && continues(last, piece)) grow(last, piece);
    else parts.push(ownCopy(piece));
  }
}

/** A plain text as a part, as Mistral sends it after the thinking. */
export function textPart(text: string): JsonObject {
  return { type: 'text', text };
}

function continues(last: JsonObject, piece: JsonObject): boolean {
  if (!isText(last) || !isText(piece)) return false;
  // A signature ends its part.
  if (
    textAt(last, 'signature') !== null &&
    Object.keys(piece).some((key) => key !== 'signature' && GROWING.has(key))
  )
    return false;
  return IDENTIFYING.every((key) => {
    const [a, b] = [ownField(last, key) ?? null, ownField(piece, key) ?? null];
    return a === b || (key !== 'type' && key !== 'index' && b === null);
  });
}

function isText(part: JsonObject): boolean {
  return (
    textAt(part, 'type') !== null &&
    Object.entries(part).every(
      ([key, value]) => IDENTIFYING.includes(key) || value === null || grows(key, value),
    )
  );
}

function grows(key: string, value: JsonValue): boolean {
  return GROWING.has(key) && (typeof value === 'string' || Array.isArray(value));
}

function grow(last: JsonObject, piece: JsonObject): void {
  for (const [key, value] of Object.entries(piece)) {
    if (!GROWING.has(key) || value === null) continue;
    const before = ownField(last, key) ?? null;
    if (typeof before === 'string' && typeof value === 'string') setField(last, key, before + value);
    // Mistral's thinking is a list of parts itself.
    else if (Array.isArray(before) && Array.isArray(value)) addParts(before, value);
    else if (before === null) setField(last, key, ownCopy(value));
  }
}
