import { isObject } from '../../recordings/json/json-value.js';
import type { Answer, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { type ToolCall, toolCallOf } from '../answers/compare-tool-calls.js';

/** What the next request of a test repeats of a response. */
export interface QuotableValues {
  /** Ids of calls, items and responses, and signatures. */
  ids: Set<string>;
  calls: QuotableCall[];
  /** Texts of the model, whole and by part. */
  texts: Set<string>;
  /** Texts that a tool returned. */
  results: Set<string>;
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
export function quotableValues({ shape, body, text }: Answer): QuotableValues {
  const values: QuotableValues = { ids: new Set(), calls: [], texts: new Set(), results: new Set() };
  const texts = shape === 'tool' ? values.results : values.texts;
  addText(texts, text);
  if (shape === 'tool' || shape === 'exception') return values;
  visitObjects(body, (object) => {
    for (const [key, value] of Object.entries(object)) {
      if (typeof value !== 'string') continue;
      const isId = ID_FIELD.test(key) || SIGNATURE_FIELD.test(key);
      if (isId && value.length >= SHORTEST_ID) values.ids.add(value);
      if (key === 'text' || key === 'content') addText(texts, value);
    }
    const call = quotableCall(object);
    if (call !== null) values.calls.push(call);
  });
  return values;
}

/** Adds a text without the white space around it, which a test may trim. */
export function addText(texts: Set<string>, text: JsonValue | undefined): void {
  if (typeof text === 'string' && text.trim() !== '') texts.add(text.trim());
}

/** Reads an object of a request or a response as a tool call that can be recognised when it is repeated. */
export function quotableCall(object: JsonObject): QuotableCall | null {
  const call = toolCallOf(object);
  return call === null ? null : recognisable({ ...call, text: argumentText(object) });
}

/** A call, if its arguments are long enough to recognise it; else null. */
export function recognisable(call: QuotableCall): QuotableCall | null {
  const { length } = call.text ?? JSON.stringify(call.arguments);
  return length < SHORTEST_ARGUMENTS ? null : call;
}

function argumentText(object: JsonObject): string | null {
  const holder: JsonValue = object['function'] ?? object;
  const given = isObject(holder) ? holder['arguments'] : null;
  return typeof given === 'string' ? given : null;
}

/** Real recordings nest less, and a hostile one must not exhaust the stack. */
const MAXIMUM_DEPTH = 100;

/** Calls a function for every object inside a value, from the outside in. */
export function visitObjects(value: JsonValue, visit: (object: JsonObject) => void, depth = 0): void {
  if (depth > MAXIMUM_DEPTH) return;
  if (Array.isArray(value)) for (const item of value) visitObjects(item, visit, depth + 1);
  else if (isObject(value)) {
    visit(value);
    for (const member of Object.values(value)) visitObjects(member, visit, depth + 1);
  }
}
