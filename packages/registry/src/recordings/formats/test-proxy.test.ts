import { describe, expect, test } from 'vitest';
import { readExchanges } from '../reading/read-exchange.js';
import { readRecording } from '../reading/read-recording.js';

const URI = 'https://example.openai.azure.com/openai/deployments/m-1/chat/completions?api-version=2024';
const TEXT = '{"error":{"message":"no"}}';
const BASE64 = Buffer.from(TEXT).toString('base64');
const PARSED = { error: { message: 'no' } };

describe('bodies by content type', () => {
  test.each([
    ['parsed JSON', 'application/json', PARSED, PARSED],
    ['JSON text', 'application/json; charset=utf-8', '[{"id":1}]', [{ id: 1 }]],
    ['lines', 'text/event-stream', ['data: a\r\n', '\r\n', 'data: b'], 'data: a\r\n\r\ndata: b'],
    ['lines of a list', 'application/json', ['[\n', '1]'], [1]],
    ['text that could be base64', 'text/plain', 'abcd', 'abcd'],
    ['text of XML', 'application/xml', '<a/>', '<a/>'],
    ['a form', 'application/x-www-form-urlencoded', 'a=b', 'a=b'],
    ['text without a content type', undefined, 'abcd', 'abcd'],
    ['base64', 'application/octet-stream', BASE64, PARSED],
    ['base64 of bytes', 'audio/mpeg', '//4A', { '!!binary': '//4A' }],
    ['base64 of a manifest', 'application/vnd.oci.image.index.v1+json', BASE64, PARSED],
    ['base64 of parts', 'multipart/mixed; boundary=x', BASE64, PARSED],
    ['lines of parts', 'multipart/mixed; boundary=x', ['--x\r\n', 'a'], '--x\r\na'],
    ['text of an unknown type', 'application/x-any', 'not base64', 'not base64'],
    ['an empty body', 'application/json', [], null],
    ['empty text', 'application/json', '', ''],
    ['null', 'application/json', null, null],
    ['a number', 'application/json', 7, 7],
  ])('%s', (_what, type, recorded, body) => {
    const headers = type === undefined ? {} : { 'Content-Type': type };
    const exchange = only({
      ...{ RequestUri: URI, RequestMethod: 'POST', RequestHeaders: headers, RequestBody: recorded },
      ...{ StatusCode: 200, ResponseHeaders: headers, ResponseBody: recorded },
    });
    expect(exchange.answer.body).toEqual(body);
    expect(exchange.request['body']).toEqual(body);
  });
});

test('reads request, status, headers and bookkeeping', () => {
  const exchange = only({
    RequestUri: URI,
    RequestMethod: 'post',
    RequestHeaders: { Accept: 'a', 'X-Many': ['b', 'c'] },
    RequestBody: null,
    StatusCode: 429,
    ResponseHeaders: { 'Retry-After': '10' },
    ResponseBody: PARSED,
    EncodedRequestUri: null,
  });
  expect(exchange).toMatchObject({
    format: 'test-proxy',
    method: 'POST',
    url: URI,
    model: 'm-1',
    request: { headers: { accept: ['a'], 'x-many': ['b', 'c'] } },
    answer: { status: 429, outcome: 'ERROR', text: 'no' },
    responseHeaders: { 'retry-after': ['10'] },
    bookkeeping: { EncodedRequestUri: null, Variables: {} },
  });
});

test('the variables of the file are bookkeeping of its first call', () => {
  const entry = { RequestUri: URI, RequestMethod: 'GET', StatusCode: 200 };
  const file = { Entries: [entry, entry], Variables: { seed: '7' } };
  const exchanges = readExchanges(Buffer.from(JSON.stringify(file)));
  expect(exchanges).toMatchObject([{ bookkeeping: { Variables: { seed: '7' } } }, { bookkeeping: {} }]);
  expect(exchanges).not.toHaveProperty('1.bookkeeping.Variables');
});

test.each([
  ['a session without calls', { Entries: [], Variables: {} }, 'test-proxy'],
  ['entries without variables', { Entries: [{ RequestUri: URI, RequestMethod: 'GET' }] }, 'test-proxy'],
  ['an empty list', { Entries: [] }, 'opaque'],
  ['entries of another kind', { Entries: [{ Id: 1 }], Variables: {} }, 'opaque'],
])('%s: %#', (_what, value, format) => {
  expect(readRecording(Buffer.from(JSON.stringify(value))).format).toBe(format);
});

function only(entry: object) {
  const exchanges = readExchanges(Buffer.from(JSON.stringify({ Entries: [entry], Variables: {} })));
  if ('problem' in exchanges) throw new Error(exchanges.problem);
  const [first] = exchanges;
  if (first === undefined || exchanges.length !== 1) throw new Error(`${exchanges.length} exchanges`);
  return first;
}
