import { expect, test } from 'vitest';
import { readRecording } from './read-recording.js';

const models = (request: object, response: object | string) => {
  const text = typeof response === 'string' ? response : JSON.stringify(response);
  const asked = {
    method: 'POST',
    uri: 'https://api.example.com/v1/chat/completions',
    headers: {},
    ...request,
  };
  const answered = { status: { code: 200, message: 'OK' }, headers: {}, body: { string: text } };
  const cassette = { interactions: [{ request: asked, response: answered }], version: 1 };
  return readRecording(Buffer.from(JSON.stringify(cassette))).exchanges.map(({ model }) => model);
};

const chat = {
  object: 'chat.completion',
  model: 'm-1-2026',
  choices: [{ index: 0, message: { content: 'Hi' } }],
};
const stream =
  'data: {"object":"chat.completion.chunk","model":"m-1-2026","choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n';

test.each<[what: string, request: object, response: object | string, model: string | null]>([
  ['the request names one', { body: '{"model":"m-1"}' }, chat, 'm-1'],
  ['the body of the request was not recorded', { body: null }, chat, 'm-1-2026'],
  ['of a stream, the same', { body: null }, stream, 'm-1-2026'],
  ['the request was recorded and names none', { body: '{"messages":[]}' }, chat, null],
  ['no model is asked', { method: 'GET', body: null }, chat, null],
  ['the response names none', { body: null }, { ok: true }, null],
])('%s', (_what, request, response, model) => {
  expect(models(request, response)).toEqual([model]);
});
