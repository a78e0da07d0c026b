import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCalls } from '../../../test/read-calls.js';

const CASSETTE = `
interactions:
- request:
    body: '{"model": "small", "messages": [{"role": "user", "content": "Hi"}]}'
    headers:
      Content-Type: [application/json]
      X-Twice: [a, b]
    method: POST
    uri: https://api.example/v1/chat/completions?a=1
  response:
    body:
      string: '{"choices": []}'
    headers:
      content-type: [application/json]
    status: {code: 200, message: OK}
version: 1
`;

/** A cassette with one call, whose parts are written as YAML on one line. */
const withCall = (request: string, response: string) =>
  `interactions:\n- request: {method: POST, uri: 'https://a.example/x', ${request}}\n` +
  `  response: {${response}}\n`;

const gzipped = gzipSync('{"a": 1}').toString('base64');

describe('vcrpy', () => {
  test('reads a call', () => {
    expect(readCalls(CASSETTE)).toEqual({
      format: 'vcrpy',
      calls: [
        {
          testId: null,
          model: 'small',
          endpoint: '/v1/chat/completions',
          method: 'POST',
          url: 'https://api.example/v1/chat/completions?a=1',
          isTool: false,
          request: {
            method: 'POST',
            url: 'https://api.example/v1/chat/completions?a=1',
            headers: { 'content-type': ['application/json'], 'x-twice': ['a', 'b'] },
            body: { model: 'small', messages: [{ role: 'user', content: 'Hi' }] },
          },
          response: {
            body: { choices: [] },
            isStreaming: null,
            status: 200,
            headers: { 'content-type': ['application/json'] },
            exception: null,
          },
          bookkeeping: {},
        },
      ],
    });
  });

  test.each<[string, string, object]>([
    [
      'parsed bodies',
      withCall('parsed_body: {model: m}', 'status: {code: 201}, parsed_body: {b: 2}'),
      { request: { body: { model: 'm' } }, response: { body: { b: 2 }, status: 201 }, model: 'm' },
    ],
    ['a parsed body that is empty', withCall('body: null', 'parsed_body: []'), { response: { body: [] } }],
    [
      'responses of httpx',
      withCall('body: ""', `content: '{"b": 2}', http_version: HTTP/2, status_code: 429, headers: {a: [b]}`),
      {
        request: { body: '' },
        response: { body: { b: 2 }, status: 429, headers: { a: ['b'] } },
        bookkeeping: { response: { http_version: 'HTTP/2' } },
      },
    ],
    [
      'bytes of httpx',
      withCall('body: null', `content: !!binary ${gzipped}`),
      { response: { body: { a: 1 } } },
    ],
    [
      'compressed bodies',
      withCall(`body: !!binary ${gzipped}`, `body: {string: !!binary ${gzipped}}`),
      { request: { body: { a: 1 } }, response: { body: { a: 1 } } },
    ],
    [
      'bodies as base64 text',
      withCall('body: null', `body: {base64_string: ${gzipped}}`),
      { response: { body: { a: 1 } } },
    ],
    ['a form', withCall('body: a=1&b=%7B', 'body: {string: ""}'), { request: { body: 'a=1&b=%7B' } }],
    [
      'bodies that are absent',
      withCall('headers: {}', 'headers: {}'),
      { request: { body: null }, response: { body: null, status: null } },
    ],
    ['a status as a number', withCall('body: null', 'status: 503'), { response: { status: 503 } }],
    [
      'a status that is no number',
      withCall('body: null', 'status: {code: !x y}'),
      { response: { status: null } },
    ],
    [
      'header values as bytes, text and numbers',
      withCall('headers: {A: [!!binary YmM=], B: text, C: [1]}', 'body: null'),
      { request: { headers: { a: ['bc'], b: ['text'], c: ['1'] } } },
    ],
    [
      "Python's tags",
      `interactions:
- request:
    method: !!python/unicode 'get'
    uri: !!python/object/apply:yarl.URL ['https://a.example/y']
    headers:
      ? !!python/object/apply:multidict._multidict.istr
      - Accept
      : !!python/tuple
      - text/plain
      ? !!python/object/new:multidict._multidict.istr
        args: [X-A]
        state: {}
      : [b]
  response: {status: {code: 200}}
`,
      {
        method: 'GET',
        url: 'https://a.example/y',
        request: { headers: { accept: ['text/plain'], 'x-a': ['b'] } },
      },
    ],
    [
      'fields that only the recorder reads',
      `interactions:\n- request: {uri: /a, protocol: h}\n  response: {body: null}\n  recorded_at: today\n`,
      { bookkeeping: { recorded_at: 'today', request: { protocol: 'h' } } },
    ],
    [
      'a placeholder in the URL',
      `interactions:\n- request: {method: GET, uri: 'https://<HOST>:<PORT>/a b?%zz'}\n  response: {}\n`,
      { url: 'https://<HOST>:<PORT>/a b?%zz', endpoint: '/a b' },
    ],
    [
      'a model in the URL',
      "interactions:\n- {request: {uri: 'https://a.example/model/eu.m-1%3A0/converse'}, response: {}}\n",
      { model: 'eu.m-1:0' },
    ],
    [
      'JSON',
      JSON.stringify({ interactions: [{ request: { uri: '/a' }, response: { body: { string: 'b' } } }] }),
      { response: { body: 'b' } },
    ],
  ])('reads %s', (_name, text, call) => {
    expect(readCalls(text)).toMatchObject({ format: 'vcrpy', calls: [call] });
  });

  test('reads parallel lists of requests and responses, compressed', () => {
    const request = (name: string) =>
      `- {method: POST, uri: 'https://a.example/${name}', headers: {A: '**REDACTED**'}, body: !!binary e30=}`;
    const requests = `requests:\n${['a', 'b', 'c'].map(request).join('\n')}\n`;
    const responses = 'responses:\n- {status: {code: 200}, body: {string: x}}\n- {status: {code: 500}}\n';
    expect(readCalls(gzipSync(requests + responses))).toMatchObject({
      format: 'vcrpy',
      calls: [
        {
          endpoint: '/a',
          request: { body: {}, headers: { a: ['**REDACTED**'] } },
          response: { status: 200, body: 'x' },
        },
        { endpoint: '/b', response: { status: 500, body: null } },
      ],
    });
  });

  test.each([
    ['no calls', 'interactions: []\nversion: 1'],
    ['no calls and no version', 'interactions: []'],
    ['no calls in parallel lists', 'requests: []\nresponses: []'],
    ['gRPC', 'interactions:\n- request_sample: {json: {}}\n  response_sample: {json: {}}\nversion: 1'],
    ['gRPC streams', 'interactions:\n- request_stream: []\n  response_stream: []'],
    ['a realtime session', 'interactions:\n- {kind: message, direction: sent, data: {}}'],
    ['other interactions', 'interactions:\n- {collections_method: list}\nversion: 1'],
  ])('reads a file with %s', (_name, text) => {
    expect(readCalls(text)).toEqual({ format: 'vcrpy', calls: [] });
  });

  test('leaves out what is no call', () => {
    const call = '- {request: {uri: /a}, response: {}}';
    const others = [
      '- {request: {uri: /b}}',
      '- {response: {}}',
      '- text',
      '- {request: {uri: 1}, response: {}}',
      '- null',
    ];
    const { calls } = readCalls(`interactions:\n${[...others, call, ...others].join('\n')}\n`);
    expect(calls.map(({ url }) => url)).toEqual(['/a']);
  });

  test.each([
    ["Pact's contracts", 'interactions:\n- request: {method: GET, path: /a}\n  response: {status: 200}'],
    ['another version', 'interactions: []\nversion: 3'],
    ['other lists', 'interactions: [a, b]'],
    ['no list', 'interactions: {a: b}'],
    ['packages', 'requests: [2.31]\nresponses: 0.25'],
    ['requests of another kind', 'requests: [{id: 1}]\nresponses: [{id: 1}]'],
  ])('does not read %s', (_name, text) => {
    expect(readCalls(text).format).toBeNull();
  });
});
