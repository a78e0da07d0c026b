import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readExchanges } from '../reading/read-exchange.js';
import { readRecording } from '../reading/read-recording.js';

const URL = 'https://api.example/v1/chat/completions';
const RESPONSE = { object: 'chat.completion', choices: [{ index: 0, message: { content: 'Grüße' } }] };
const TEXT = JSON.stringify(RESPONSE);
const ZIPPED = gzipSync(TEXT);

/** Two pieces, each encoded by itself; the first one's length is no multiple of three. */
const PIECES = [ZIPPED.subarray(0, 10), ZIPPED.subarray(10)];

describe('bodies of responses', () => {
  test.each([
    ['text', { text: TEXT }],
    ['base64', { encoding: 'base64', text: Buffer.from(TEXT).toString('base64') }],
    ['base64 of gzip', { encoding: 'base64', text: ZIPPED.toString('base64') }],
    [
      'pieces in base64',
      { encoding: 'base64', text: JSON.stringify(PIECES.map((one) => one.toString('base64'))) },
    ],
    [
      'one base64 text that was split',
      {
        encoding: 'base64',
        text: JSON.stringify([ZIPPED.toString('base64').slice(0, 7), ZIPPED.toString('base64').slice(7)]),
      },
    ],
    ['pieces of gzip in hex', { text: JSON.stringify(PIECES.map((one) => one.toString('hex'))) }],
    ['marked pieces in hex', { _isBinary: true, text: JSON.stringify([Buffer.from(TEXT).toString('hex')]) }],
  ])('%s', (_what, content) => {
    expect(only({ response: { status: 200, content } }).answer).toMatchObject({
      status: 200,
      body: RESPONSE,
      text: 'Grüße',
    });
  });

  test.each([
    ['a list of hex texts that is the body', { text: '["cafe","beef"]' }, ['cafe', 'beef']],
    ['a list of other texts', { text: '["red","green"]' }, ['red', 'green']],
    ['no content', {}, null],
    ['empty text', { text: '' }, ''],
    ['a sibling file', { _file: '3fd1.json' }, { _file: '3fd1.json' }],
  ])('%s', (_what, content, body) => {
    expect(only({ response: { status: 200, content } }).answer).toMatchObject({ body, outcome: 'SUCCESS' });
  });
});

describe('bodies of requests', () => {
  test.each([
    ['text', { mimeType: 'application/json', text: '{"model":"m-1"}' }, { model: 'm-1' }, 'm-1'],
    [
      'base64',
      { encoding: 'base64', text: Buffer.from('{"model":"m-1"}').toString('base64') },
      { model: 'm-1' },
      'm-1',
    ],
    [
      'a form',
      { params: [{ name: 'model', value: 'm-1' }, { name: 'n' }] },
      { model: 'm-1', n: null },
      'm-1',
    ],
    ['a file of a form', { params: [{ name: 'f', fileName: 'a.wav' }] }, { f: 'a.wav' }, null],
    ['parsed text', { params: [], textJSON: { model: 'm-1' } }, { model: 'm-1' }, 'm-1'],
    ['only a type', { mimeType: 'text/plain' }, null, null],
    ['a sibling file', { _file: '3fd1.txt' }, { _file: '3fd1.txt' }, null],
    ['no body', undefined, null, null],
  ])('%s', (_what, postData, body, model) => {
    const { request, model: found } = only({ request: { method: 'POST', url: URL, postData } });
    expect(request['body']).toEqual(body);
    expect(found).toBe(model);
  });
});

test.each([
  ['status 0', { status: 0, _error: 'net::ERR_ABORTED' }, 'net::ERR_ABORTED'],
  ['status -1', { status: -1, _failureText: 'reset' }, 'reset'],
  ['no status', {}, 'the request failed: no response was recorded'],
  ['no response', undefined, 'the request failed: no response was recorded'],
])('%s is a failed request', (_what, response, message) => {
  expect(only({ response }).answer).toMatchObject({
    shape: 'exception',
    outcome: 'ERROR',
    status: null,
    text: message,
    body: { type: 'NoResponse', message },
  });
});

test('headers are lists by lower-case name, and what only the recorder reads is bookkeeping', () => {
  const exchange = only({
    _id: 'a1',
    _order: 1,
    startedDateTime: '2024-01-02T03:04:05Z',
    time: 12.5,
    timings: { wait: 12 },
    _monotonicTime: 7.5,
    request: {
      method: 'get',
      url: URL,
      headers: [
        { name: 'Accept', value: 'a' },
        { name: 'accept', value: ['b', 'c'] },
      ],
      cookies: [],
    },
    response: {
      status: 200,
      headers: [{ name: 'Content-Type', value: 'text/plain' }],
      content: { text: 'ok' },
      cookies: [{ name: 'session', value: 's' }],
    },
  });
  expect(exchange).toMatchObject({
    format: 'har',
    method: 'GET',
    endpoint: '/v1/chat/completions',
    request: { method: 'GET', url: URL, headers: { accept: ['a', 'b', 'c'] }, body: null },
    responseHeaders: { 'content-type': ['text/plain'] },
  });
  expect(exchange.bookkeeping).toEqual({
    _id: 'a1',
    _order: 1,
    startedDateTime: '2024-01-02T03:04:05Z',
    time: 12.5,
    timings: { wait: 12 },
    _monotonicTime: 7.5,
    responseCookies: [{ name: 'session', value: 's' }],
    log: { version: '1.2' },
  });
});

test('PollyJS names the test, in JSON and in YAML', () => {
  const json = { log: { _recordingName: 'Chat/greets', creator: { name: 'Polly.JS' }, entries: [] } };
  expect(read(json)).toMatchObject({ format: 'har', testId: null, exchanges: [] });
  const yaml = `log:
  _recordingName: Chat/greets
  entries:
    - _id: a1
      request: {method: POST, url: "${URL}", headers: [], postData: {text: '{"model":"m-1"}'}}
      response:
        status: 200
        headers:
          - {name: content-encoding, value: gzip}
        content:
          encoding: base64
          text: "[\\"${ZIPPED.toString('base64').slice(0, 20)}\\
            ${ZIPPED.toString('base64').slice(20)}\\"]"
`;
  expect(readRecording(Buffer.from(yaml))).toMatchObject({
    format: 'har',
    testId: 'Chat/greets',
    model: 'm-1',
    responseText: 'Grüße',
    problem: null,
  });
});

test('the entries of one file are its exchanges, in order', () => {
  const entry = (text: string) => ({
    request: { method: 'POST', url: URL },
    response: { status: 200, content: { text } },
  });
  const { exchanges } = read({ log: { entries: [entry('a'), entry('b')] } });
  expect(exchanges.map(({ responseText, occurrence }) => [responseText, occurrence])).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
});

function read(value: unknown) {
  return readRecording(Buffer.from(JSON.stringify(value)));
}

/** The only exchange of an archive with one entry, which has a request unless it is given. */
function only(entry: object) {
  const log = { version: '1.2', entries: [{ request: { method: 'POST', url: URL }, ...entry }] };
  const exchanges = readExchanges(Buffer.from(JSON.stringify({ log })));
  if ('problem' in exchanges) throw new Error(exchanges.problem);
  const [first] = exchanges;
  if (first === undefined || exchanges.length !== 1) throw new Error(`${exchanges.length} exchanges`);
  return first;
}
