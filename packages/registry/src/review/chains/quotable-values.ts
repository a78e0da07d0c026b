import { isObject } from '../../recordings/json/json-value.js';
import type { Answer, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { type ToolCall, toolCallOf } from '../answers/compare-tool-calls.js';
import { visitObjects } from './visit-objects.js';

/** What the next request of a conversation repeats of a response. */
export interface QuotableValues {
  /** Ids of calls, items and responses, and signatures. */
  ids: Set<string>;
  calls: QuotableCall[];
  /** Texts of the response, whole and by part. */
  texts: Set<string>;
}

/** A tool call; `text` is its arguments as written, null where they are not text. */
export interface QuotableCall extends ToolCall {
  text: string | null;
}

/** Fields whose values the next request repeats letter by letter, in the APIs of all providers. */
const ID_FIELD = /^(?:id|(?:tool_)?call_id|tool_use_id|toolUseId|item_id|response_id)$/;
const SIGNATURE_FIELD = /^(?:thought_?signature|signature|encrypted_content|encrypted_index|data)$/i;

/** Shorter ids are positions, such as `0`: equal ones say nothing. */
const SHORTEST_ID = 6;

/** Shorter arguments, such as `{}`, are equal by chance. */
const SHORTEST_ARGUMENTS = 8;

/** Collects what a later request may quote of a response. */
export function quotableValues({ body, text }: Answer): QuotableValues {
  const values: QuotableValues = { ids: new Set(), calls: [], texts: new Set() };
  if (text !== null && text.trim() !== '') values.texts.add(text);
  visitObjects(body, (object) => {
    for (const [key, value] of Object.entries(object)) {
      if (typeof value !== 'string') continue;
      const isId = ID_FIELD.test(key) || SIGNATURE_FIELD.test(key);
      if (isId && value.length >= SHORTEST_ID) values.ids.add(value);
      if ((key === 'text' || key === 'content') && value.trim() !== '') values.texts.add(value);
    }
    const call = quotableCall(object);
    if (call !== null) values.calls.push(call);
  });
  return values;
}

/** Reads an object of a request or a response as a tool call that can be recognised when it is repeated. */
export function quotableCall(object: JsonObject): QuotableCall | null {
  const call = toolCallOf(object);
  if (call === null) return null;
  const text = argumentText(object);
  const length = (text ?? JSON.stringify(call.arguments)).length;
  return length < SHORTEST_ARGUMENTS ? null : { ...call, text };
}

function argumentText(object: JsonObject): string | null {
  const holder: JsonValue = object['function'] ?? object;
  const given = isObject(holder) ? holder['arguments'] : null;
  return typeof given === 'string' ? given : null;
}
