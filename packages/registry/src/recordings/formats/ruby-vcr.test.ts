import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCalls } from '../../../test/read-calls.js';

const CASSETTE = `---
http_interactions:
- request:
    method: post
    uri: https://api.example/v1/messages
    body:
      encoding: UTF-8
      string: '{"model":"small","max_tokens":5}'
    headers:
      X-Api-Key:
      - "<API_KEY>"
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - application/json
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        eyJ0ZXh0Ijoiw6kifQ==
  recorded_at: Wed, 19 Aug 2026 14:34:13 GMT
recorded_with: VCR 6.4.0
`;

const withCall = (request: string, response: string) =>
  `http_interactions:\n- request: {method: get, uri: 'https://a.example/x', ${request}}\n` +
  `  response: {${response}}\n`;

const deflated = deflateSync('{"a": 1}').toString('base64');

describe('vcr', () => {
  test('reads a call of Ruby', () => {
    expect(readCalls(CASSETTE)).toMatchObject({
      format: 'vcr',
      calls: [
        {
          model: 'small',
          endpoint: '/v1/messages',
          method: 'POST',
          url: 'https://api.example/v1/messages',
          request: { headers: { 'x-api-key': ['<API_KEY>'] }, body: { model: 'small', max_tokens: 5 } },
          response: { status: 200, headers: { 'content-type': ['application/json'] }, body: { text: 'é' } },
          bookkeeping: {
            recorded_at: 'Wed, 19 Aug 2026 14:34:13 GMT',
            recorded_with: 'VCR 6.4.0',
          },
        },
      ],
    });
  });

  test.each<[string, string, object]>([
    [
      'R',
      withCall('', 'status: 200, headers: {a: b, c: [d, e]}, body: {string: x}'),
      {
        request: { headers: {} },
        response: { status: 200, headers: { a: ['b'], c: ['d', 'e'] }, body: 'x' },
      },
    ],
    [
      'older R',
      withCall("body: {encoding: '', string: ''}", "status: {status_code: '404', message: OK}"),
      { request: { body: '' }, response: { status: 404, body: null } },
    ],
    [
      'a body in a file',
      withCall('body: ~', 'body: {encoding: UTF-8, file: yes, string: ../files/a.json}'),
      { response: { body: { on_disk: '../files/a.json' } } },
    ],
    [
      'a body in a file of newer versions',
      withCall('body: ~', 'body: {on_disk: ../files/a.json}'),
      { response: { body: { on_disk: '../files/a.json' } } },
    ],
    ['fields', withCall('body: {fields: {a: b}}', 'status: 200'), { request: { body: { a: 'b' } } }],
    [
      'base64',
      withCall(
        '',
        `body: {encoding: ASCII-8BIT, base64_string: ${Buffer.from('{"a": 1}').toString('base64')}}`,
      ),
      { response: { body: { a: 1 } } },
    ],
    [
      "R's compressed bodies",
      withCall('', `body: {raw_gzip: ${deflated}}`),
      { response: { body: { a: 1 } } },
    ],
    [
      'an encoding of plain text',
      withCall('', `headers: {content-encoding: br}, body: {string: '{"a": 1}'}`),
      { response: { body: { a: 1 } } },
    ],
    [
      'no response body',
      withCall('', 'status: {code: 204}, body: {encoding: UTF-8}'),
      { response: { status: 204, body: null } },
    ],
    [
      'placeholders and bytes in the URL',
      'http_interactions:\n- request: {method: !binary cG9zdA==, uri: !binary aHR0cHM6Ly88SE9TVD4vYQ==}\n' +
        '  response: {}\n',
      { method: 'POST', url: 'https://<HOST>/a', endpoint: '/a' },
    ],
    [
      'JSON',
      JSON.stringify({
        http_interactions: [{ request: { method: 'get', uri: '/a' }, response: {} }],
        recorded_with: 'VCR',
      }),
      { method: 'GET', bookkeeping: { recorded_with: 'VCR' } },
    ],
  ])('reads %s', (_name, text, call) => {
    expect(readCalls(text)).toMatchObject({ format: 'vcr', calls: [call] });
  });

  test('leaves out what is no call', () => {
    const text =
      'http_interactions:\n- {request: {uri: /a}, response: {}}\n- {request: {uri: /b}}\n- text\n' +
      '- {request: {}, response: {}}\n';
    expect(readCalls(text).calls.map(({ url }) => url)).toEqual(['/a']);
    expect(readCalls('http_interactions: []\nrecorded_with: VCR')).toEqual({ format: 'vcr', calls: [] });
    expect(readCalls('http_interactions: {}').format).toBeNull();
  });
});
