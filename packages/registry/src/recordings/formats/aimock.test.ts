import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { readExchanges } from '../reading/read-exchange.js';
import { readRecording } from '../reading/read-recording.js';

const call = (name: string, args: string, id?: string): JsonValue => ({
  ...(id === undefined ? {} : { id }),
  type: 'function',
  function: { name, arguments: args },
});
const chat = (content: JsonValue, calls?: JsonValue[]): JsonObject => {
  const message = { role: 'assistant', content, ...(calls === undefined ? {} : { tool_calls: calls }) };
  return { object: 'chat.completion', choices: [{ index: 0, message }] };
};

test.each([
  ['a text', { content: 'Hi' }, 'Hi', chat('Hi')],
  [
    'tool calls',
    {
      toolCalls: [
        { name: 'f', arguments: { a: 1 } },
        { name: 'g', arguments: '{"b":2}', id: 'c1' },
      ],
    },
    null,
    chat(null, [call('f', '{"a":1}'), call('g', '{"b":2}', 'c1')]),
  ],
  [
    'blocks',
    {
      blocks: [
        { type: 'toolCall', name: 'f', arguments: '{}' },
        { type: 'text', text: 'Let me ' },
        { type: 'text', text: 'look.' },
      ],
    },
    'Let me look.',
    { ...chat('Let me look.', [call('f', '{}')]), blocks: ['toolCall', 'text', 'text'] },
  ],
  ['an embedding', { embedding: [0.5, 1] }, null, { data: [{ embedding: [0.5, 1], index: 0 }] }],
  ['another response', { audio: 'x' }, null, { audio: 'x' }],
])('%s', (_what, response, text, body) => {
  const [exchange] = read([{ match: { userMessage: 'hello', model: 'm-1' }, response }]);
  expect(exchange).toMatchObject({
    format: 'aimock',
    method: '',
    url: '',
    model: 'm-1',
    request: { body: { userMessage: 'hello', model: 'm-1' } },
    answer: { status: 200, outcome: 'SUCCESS', text },
  });
  expect(exchange?.answer.body).toEqual(body);
});

test('an error has its status and message', () => {
  const [exchange] = read([{ match: {}, response: { error: { message: 'slow down' }, status: 429 } }]);
  expect(exchange?.answer).toMatchObject({ status: 429, outcome: 'ERROR', text: 'slow down' });
});

test('other fields of a fixture are bookkeeping, other fields of a response are compared', () => {
  const response = { content: 'Hi', reasoning: 'short' };
  const [exchange] = read([{ match: {}, response, latency: 20 }]);
  expect(exchange?.bookkeeping).toEqual({ latency: 20 });
  expect(exchange?.answer.body).toMatchObject({ reasoning: 'short' });
});

test('fixtures are numbered as calls of one key', () => {
  const fixture = { match: { userMessage: 'joke' }, response: { content: 'a' } };
  expect(read([fixture, fixture]).map(({ occurrence }) => occurrence)).toEqual([0, 1]);
});

test.each([
  ['no fixtures', { fixtures: [] }],
  ['a path to fixtures', { fixtures: './fixtures.json' }],
  ['fixtures of another kind', { fixtures: [{ model: 'app.user', pk: 1, fields: {} }] }],
  ['one fixture of another kind', { fixtures: [{ match: {}, response: {} }, { match: {} }] }],
])('%s: opaque', (_what, value) => {
  expect(readRecording(Buffer.from(JSON.stringify(value)))).toMatchObject({
    format: 'opaque',
    problem: null,
  });
});

function read(fixtures: unknown[]) {
  const exchanges = readExchanges(Buffer.from(JSON.stringify({ fixtures })));
  if ('problem' in exchanges) throw new Error(exchanges.problem);
  return exchanges;
}
