import { isObject, objectsAt } from '../../recordings/json/json-value.js';
import { toolResultText } from '../../recordings/reassembly/tool-result-text.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { requestBody } from '../failures/request-body.js';
import { type QuotableCall, quotableCall } from './quotable-values.js';
import { visitObjects } from './visit-objects.js';

/** What a request repeats of earlier requests and responses. */
export interface QuotedValues {
  /** Every text in the request. */
  strings: Set<string>;
  calls: QuotableCall[];
  /** Texts of the messages that the model wrote. */
  answers: Set<string>;
  /** Text of the last message: the next request of the conversation repeats it. Null when it has none. */
  lastText: string | null;
}

/** Collects what a request quotes, in the format of any provider. */
export function quotedValues(request: JsonObject): QuotedValues {
  const body = requestBody(request);
  const values: QuotedValues = {
    strings: new Set(),
    calls: [],
    answers: new Set(),
    lastText: lastText(body),
  };
  visitObjects(body, (object) => {
    for (const value of Object.values(object)) addStrings(values.strings, value);
    const call = quotableCall(object);
    if (call !== null) values.calls.push(call);
    if (object['role'] === 'assistant' || object['role'] === 'model') {
      for (const text of textsOf(object)) values.answers.add(text);
    }
  });
  return values;
}

function addStrings(strings: Set<string>, value: JsonValue): void {
  if (typeof value === 'string') strings.add(value);
  else if (Array.isArray(value)) for (const item of value) if (typeof item === 'string') strings.add(item);
}

/** The text of a message, and those of its parts. */
function textsOf(message: JsonObject): string[] {
  const parts = Array.isArray(message['parts']) ? { content: message['parts'] } : message;
  const whole = toolResultText(parts);
  const single = [...objectsAt(message, 'content'), ...objectsAt(message, 'parts')].map(
    (part) => part['text'],
  );
  return [whole, ...single].filter((text) => typeof text === 'string' && text.trim() !== '') as string[];
}

function lastText(body: JsonObject): string | null {
  for (const key of ['messages', 'input', 'contents']) {
    const conversation = body[key];
    if (typeof conversation === 'string') return conversation;
    const last = Array.isArray(conversation) ? conversation.at(-1) : undefined;
    if (typeof last === 'string') return last;
    if (isObject(last)) return textsOf(last).at(-1) ?? stringAt(last, 'output');
  }
  return stringAt(body, 'prompt');
}

function stringAt(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' ? value : null;
}
