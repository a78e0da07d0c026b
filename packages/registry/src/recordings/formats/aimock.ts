import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { integerAt, isObject, objectsAt, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/**
 * Fixtures of aimock: `{fixtures: [{match, response}]}`. The mock turns a response into the API that the test
 * calls, so a fixture has no URL; its request is what `match` says of one.
 */
export const aimock: RecordingFormat = {
  name: 'aimock',
  isCassette: true,

  matches({ value }) {
    const fixtures = isObject(value) ? value['fixtures'] : null;
    if (!Array.isArray(fixtures) || fixtures.length === 0) return false;
    return fixtures.every(
      (fixture) => isObject(fixture) && isObject(fixture['match']) && isObject(fixture['response']),
    );
  },

  read: ({ value }) => httpCalls(exchangesIn(value as JsonObject)),

  hashesByVersion: () => [],
};

function* exchangesIn(value: JsonObject): Generator<HttpExchange> {
  for (const fixture of objectsAt(value, 'fixtures')) {
    const { match, response, ...bookkeeping } = fixture;
    const recorded = response as JsonObject;
    yield {
      method: '',
      url: '',
      requestHeaders: null,
      requestBody: match ?? null,
      status: integerAt(recorded, 'status', 200),
      responseHeaders: null,
      responseBody: chatOf(recorded),
      bookkeeping,
    };
  }
}

/** The chat completion that the mock makes of a text, tool calls or blocks; else the response itself. */
function chatOf(response: JsonObject): JsonValue {
  const { content, toolCalls: _calls, blocks: _blocks, status: _status, ...rest } = response;
  const blocks = objectsAt(response, 'blocks');
  const texts = blocks.flatMap((block) => textAt(block, 'text') ?? []);
  const calls = [...objectsAt(response, 'toolCalls'), ...blocks.filter(({ type }) => type === 'toolCall')];
  if (content === undefined && blocks.length === 0 && calls.length === 0) return rest;
  const message: JsonObject = { role: 'assistant', content: content ?? (texts.join('') || null) };
  if (calls.length > 0) message['tool_calls'] = calls.map(toolCallOf);
  // The mock sends blocks in their order, which a message does not keep.
  if (blocks.length > 0) rest['blocks'] = blocks.map(({ type }) => type ?? null);
  return { ...rest, object: 'chat.completion', choices: [{ index: 0, message }] };
}

function toolCallOf({ type: _type, name = null, arguments: input = {}, ...rest }: JsonObject): JsonValue {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { ...rest, type: 'function', function: { name, arguments: text } };
}
