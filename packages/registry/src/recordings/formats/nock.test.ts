import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readExchanges } from '../reading/read-exchange.js';

const BODY = { object: 'chat.completion', choices: [{ index: 0, message: { content: 'Hi' } }] };
const ZIPPED = gzipSync(JSON.stringify(BODY)).toString('hex');
const BASE = { scope: 'https://api.example:443', method: 'POST', path: '/v1/chat/completions?x=1' };

describe('responses', () => {
  test.each([
    ['parsed JSON', { response: BODY }],
    ['JSON text', { response: JSON.stringify(BODY) }],
    [
      'compressed chunks in hex',
      {
        response: [ZIPPED.slice(0, 30), ZIPPED.slice(30)],
        rawHeaders: ['Content-Encoding', 'gzip', 'Content-Type', 'application/json'],
      },
    ],
    ['compressed chunks in hex without headers', { response: [ZIPPED] }],
    ['bytes in hex', { response: ZIPPED, responseIsBinary: true }],
    ['compressed bytes in one hex text', { response: ZIPPED, headers: { 'content-encoding': 'gzip' } }],
  ])('%s', (_what, recorded) => {
    expect(only({ ...BASE, status: 200, ...recorded }).answer).toMatchObject({ body: BODY, text: 'Hi' });
  });

  test.each([
    ['a list of objects', [{ id: 1 }], [{ id: 1 }]],
    ['a list of hex texts that is the body', ['cafe', 'beef'], ['cafe', 'beef']],
    ['hex text that is the body', 'cafe', 'cafe'],
    ['an empty list', [], []],
    ['no body', '', ''],
  ])('%s', (_what, response, body) => {
    expect(only({ ...BASE, path: '/v1/x', status: 200, response }).answer.body).toEqual(body);
  });

  test('bytes that are no text stay bytes', () => {
    const { answer } = only({ ...BASE, status: 200, response: 'fffe00', responseIsBinary: true });
    expect(answer.body).toEqual({ '!!binary': '//4A' });
  });
});

test.each([
  ['status', 404, 404, 'ERROR'],
  ['status as text', '201', 201, 'SUCCESS'],
  ['status that is no number', 'x', null, 'SUCCESS'],
])('%s', (_what, status, read, outcome) => {
  expect(only({ ...BASE, status, response: BODY }).answer).toMatchObject({ status: read, outcome });
});

test('nock replies with 200 when a recording has no status', () => {
  expect(only({ ...BASE, response: BODY }).answer.status).toBe(200);
});

test('reads request, headers and bookkeeping', () => {
  const recorded = {
    ...BASE,
    body: { model: 'm-1' },
    status: 200,
    response: BODY,
    rawHeaders: ['Content-Type', 'application/json', 'Set-Cookie', 'a', 'set-cookie', 'b'],
    reqheaders: { Accept: '*/*' },
    responseIsBinary: false,
    delayConnection: 5,
  };
  const url = 'https://api.example:443/v1/chat/completions?x=1';
  expect(only(recorded)).toMatchObject({
    format: 'nock',
    method: 'POST',
    url,
    endpoint: '/v1/chat/completions',
    model: 'm-1',
    request: { method: 'POST', url, headers: { accept: ['*/*'] }, body: { model: 'm-1' } },
    responseHeaders: { 'content-type': ['application/json'], 'set-cookie': ['a', 'b'] },
  });
  expect(only(recorded).bookkeeping).toEqual({ delayConnection: 5 });
});

test('a body in text is parsed, and headers may be an object', () => {
  const recorded = { ...BASE, body: '{"model":"m-1"}', response: BODY, rawHeaders: { 'X-Id': 'a' } };
  expect(only(recorded)).toMatchObject({ model: 'm-1', responseHeaders: { 'x-id': ['a'] } });
});

function only(recorded: object) {
  const exchanges = readExchanges(Buffer.from(JSON.stringify([recorded])));
  if ('problem' in exchanges) throw new Error(exchanges.problem);
  const [first] = exchanges;
  if (first === undefined || exchanges.length !== 1) throw new Error(`${exchanges.length} exchanges`);
  return first;
}
