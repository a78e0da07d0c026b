import { isObject, objectAt, textAt } from '../../recordings/json/json-value.js';
import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** Errors wrap errors: `{data: {error: {message}}}`. Deeper levels never carry the message. */
const MAXIMUM_DEPTH = 4;

/** A message comes early in a text. The bounds keep hostile recordings cheap. */
const LONGEST_TEXT = 5_000;
const LONGEST_JSON = 200_000;

/** Fields that carry the text of an error, the most telling first. */
const TEXT_FIELDS = ['message', 'error_message', 'errorMessage', 'detail', 'msg', 'reason', 'description'];

/** Fields that wrap the object with the text. */
const WRAPPERS = ['error', 'data', 'detail', 'response', 'fault'];

/** The text of an error in any provider's shape; null when the value has none. */
export function errorMessage(value: JsonValue | undefined, depth = 0): string | null {
  if (value === undefined || depth > MAXIMUM_DEPTH) return null;
  if (typeof value === 'string') return messageInText(value, depth);
  if (Array.isArray(value)) return firstMessage(value, depth);
  if (!isObject(value)) return null;
  return (
    messageInWrapper(value, depth) ??
    messageInField(value, depth) ??
    firstMessage(listAt(value, 'errors'), depth) ??
    firstMessage(listAt(value, 'detail'), depth) ??
    nameOfError(value)
  );
}

function messageInWrapper(value: JsonObject, depth: number): string | null {
  for (const key of WRAPPERS) {
    const inner = objectAt(value, key);
    const message = inner === null ? null : errorMessage(inner, depth + 1);
    if (message !== null) return message;
  }
  return null;
}

function messageInField(value: JsonObject, depth: number): string | null {
  for (const key of TEXT_FIELDS) {
    const text = textAt(value, key);
    if (text !== null && text.trim() !== '') return messageInText(text, depth);
  }
  return textAt(value, 'error');
}

function firstMessage(list: JsonValue[], depth: number): string | null {
  for (const item of list.slice(0, 10)) {
    const message = errorMessage(item, depth + 1);
    if (message !== null) return message;
  }
  return null;
}

/** What an error without a text is called: `INVALID_ARGUMENT`, `overloaded_error`. */
function nameOfError(value: JsonObject): string | null {
  const name = textAt(value, 'code') ?? textAt(value, 'status') ?? textAt(value, 'type');
  return name !== null && /^[A-Z_]+$|_/.test(name) ? name : null;
}

function listAt(value: JsonObject, key: string): JsonValue[] {
  const list = value[key];
  return Array.isArray(list) ? list : [];
}

/**
 * The message inside a text. SDKs put the body into it as JSON or as a Python literal (`Error code: 400 -
 * {'error': {'message': "…"}}`), and proxies answer with a page of HTML.
 */
function messageInText(text: string, depth: number): string | null {
  const trimmed = text.slice(0, LONGEST_TEXT).trim();
  if (/^[[{]/.test(trimmed)) {
    const parsed = parseJson(text.slice(0, LONGEST_JSON));
    if (!('problem' in parsed)) return errorMessage(parsed.value, depth + 1) ?? trimmed;
  }
  const literal = /['"]message['"]: (?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)")/.exec(trimmed);
  const quoted = literal?.[1] ?? literal?.[2];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  return trimmed.startsWith('<') ? pageText(trimmed) : trimmed || null;
}

function pageText(page: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1]?.trim();
  return title || page.replaceAll(/<[^>]*>/g, ' ').trim();
}
