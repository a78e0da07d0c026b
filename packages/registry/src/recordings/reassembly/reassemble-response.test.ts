import { expect, test } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { httpCall } from '../http/http-call.js';
import { reassembleResponse } from './reassemble-response.js';

const chunk = { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Hi' } }] };

/** The answer of a recorded response. */
function answerOf(type: string | null, responseBody: JsonValue, status = 200) {
  return reassembleResponse(
    httpCall({
      method: 'POST',
      url: 'https://api.openai.com/v1/chat/completions',
      requestHeaders: null,
      requestBody: null,
      status,
      responseHeaders: type === null ? null : { 'content-type': [type] },
      responseBody,
    }),
  );
}

test.each<[string | null, JsonValue, boolean]>([
  [null, `data: ${JSON.stringify(chunk)}\n\n`, true],
  ['application/json', `data: ${JSON.stringify(chunk)}\n\n`, true],
  ['text/event-stream; charset=utf-8', '', true],
  ['text/event-stream', null, true],
  ['text/event-stream', 'event: message\ndata: {"jsonrpc":"2.0"}\n\n', true],
  ['application/vnd.amazon.eventstream', null, true],
  ['application/x-ndjson', '', true],
  ['text/event-stream', { error: { message: 'busy' } }, false],
  ['text/event-stream', { object: 'chat.completion', choices: [] }, false],
  ['application/json', '', false],
  [null, null, false],
])('a response of type %s with %j streams: %s', (type, body, isStreaming) => {
  expect(answerOf(type, body).isStreaming).toBe(isStreaming);
});

test.each([
  [200, 'SUCCESS'],
  [302, 'SUCCESS'],
  [400, 'ERROR'],
  [529, 'ERROR'],
])('status %i is %s, whatever the body', (status, outcome) => {
  expect(answerOf('application/json', { error: { message: 'x' } }, status).outcome).toBe(outcome);
});
