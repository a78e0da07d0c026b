import { objectsAt, textAt } from '../../recordings/json/json-value.js';
import { toolResultText } from '../../recordings/reassembly/tool-result-text.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { requestBody, requestedResults } from '../failures/requested-results.js';
import { resultText } from '../failures/tool-result.js';
import { type Conversation, conversationOf } from './conversation.js';
import { addText, type QuotableCall, quotableCall, recognisable, visitObjects } from './quotable-values.js';

/** What a request repeats of earlier requests and responses. */
export interface QuotedValues {
  /** Every text in the request. */
  strings: Set<string>;
  calls: QuotableCall[];
  /** The call that a recorded tool runs; null for the request of a model. */
  run: QuotableCall | null;
  /** Texts of the messages that the model wrote. */
  answers: Set<string>;
  /** Texts that tools returned. */
  results: Set<string>;
  conversation: Conversation;
}

/** Collects what a request quotes, in the format of any provider. */
export function quotedValues(request: JsonObject): QuotedValues {
  const body = requestBody(request);
  const values: QuotedValues = {
    ...{ strings: new Set(), calls: [], answers: new Set(), results: new Set() },
    run: runCall(request),
    conversation: conversationOf(request),
  };
  visitObjects(body, (object) => {
    for (const value of Object.values(object)) addStrings(values.strings, value);
    const call = quotableCall(object);
    if (call !== null) values.calls.push(call);
    if (object['role'] === 'assistant' || object['role'] === 'model') {
      for (const text of textsOf(object)) addText(values.answers, text);
    }
  });
  for (const { value } of requestedResults(request)) addText(values.results, resultText(value));
  return values;
}

/** A recorded tool is looked up by its name and its arguments, which a response of the model said. */
function runCall(request: JsonObject): QuotableCall | null {
  const name = textAt(request, 'tool_name');
  return name === null ? null : recognisable({ name, arguments: request['kwargs'] ?? null, text: null });
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
  return [whole, ...single].filter((text) => typeof text === 'string');
}
