import { describe, expect, test } from 'vitest';
import { readExchange } from '../reading/read-exchange.js';
import { readRecording } from '../reading/read-recording.js';

const CALL = {
  request: {
    method: 'POST',
    url: 'https://api.example/v1/messages',
    headers: { 'Content-Type': 'application/json' },
    body: '{"model":"m-1","messages":[]}',
  },
  response: {
    status: { code: 200, message: 'OK' },
    headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    body: '{"type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}]}',
  },
};

describe('dd-trace', () => {
  test('reads one call', () => {
    expect(read(CALL)).toMatchObject({
      format: 'dd-trace',
      model: 'm-1',
      endpoint: '/v1/messages',
      outcome: 'SUCCESS',
      responseText: 'Hi',
      requestHashes: [],
      exchanges: [],
    });
    expect(readExchange(bytes(CALL))).toMatchObject({
      request: { headers: { 'content-type': ['application/json'] }, body: { model: 'm-1', messages: [] } },
      answer: { shape: 'message', status: 200 },
    });
  });

  test.each([
    ['base64:eyJhIjoxfQ==', { a: 1 }],
    ['base64://4A', { '!!binary': '//4A' }],
    ['base64 is no mark', 'base64 is no mark'],
    ['', ''],
    [null, null],
  ])('body %j', (body, decoded) => {
    const exchange = readExchange(bytes({ ...CALL, response: { ...CALL.response, body } }));
    expect(exchange).toHaveProperty('answer.body', decoded);
  });

  test.each([
    ['a number as status', { ...CALL, response: { ...CALL.response, status: 200 } }, 'ogx'],
    ['another field', { ...CALL, test_id: 't' }, 'ogx'],
    ['no url', { ...CALL, request: {} }, 'ogx'],
    ['an error', { ...CALL, response: { ...CALL.response, status: { code: 500 } } }, 'dd-trace'],
  ])('%s', (_what, value, format) => {
    expect(read(value).format).toBe(format);
  });
});

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function read(value: unknown) {
  return readRecording(bytes(value));
}
