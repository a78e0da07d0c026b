import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCalls } from '../../../test/read-calls.js';

const VERSION_2 = `---
version: 2
interactions:
- id: 7
  request:
    proto: HTTP/1.1
    content_length: 17
    host: api.example
    body: '{"model":"small"}'
    form: {}
    headers:
      Content-Type:
      - application/json
    url: https://api.example/v1/responses
    method: POST
  response:
    proto: HTTP/2.0
    uncompressed: true
    body: !!binary ${gzipSync('{"output": []}').toString('base64')}
    headers:
      Content-Type:
      - application/json
    status: 200 OK
    code: 200
    duration: 1.5s
`;

const VERSION_1 = `---
version: 1
rwmutex: {}
interactions:
- request:
    body: a=1
    form:
      a:
      - "1"
    headers: {}
    url: http://api.example/<ID>
    method: GET
  response:
    body: "data: {}\\n\\n"
    headers: {}
    status: 404 Not Found
    code: 404
    duration: ""
`;

describe('go-vcr', () => {
  test('reads version 2', () => {
    expect(readCalls(VERSION_2)).toMatchObject({
      format: 'go-vcr',
      calls: [
        {
          model: 'small',
          endpoint: '/v1/responses',
          method: 'POST',
          request: { headers: { 'content-type': ['application/json'] }, body: { model: 'small' } },
          response: { status: 200, headers: { 'content-type': ['application/json'] }, body: { output: [] } },
          bookkeeping: {
            id: 7,
            request: { proto: 'HTTP/1.1', content_length: 17, host: 'api.example', form: {} },
            response: { proto: 'HTTP/2.0', uncompressed: true, duration: '1.5s' },
          },
        },
      ],
    });
  });

  test('reads version 1', () => {
    expect(readCalls(VERSION_1)).toMatchObject({
      format: 'go-vcr',
      calls: [
        {
          url: 'http://api.example/<ID>',
          method: 'GET',
          request: { body: 'a=1' },
          response: { status: 404, body: 'data: {}\n\n' },
        },
      ],
    });
  });

  test.each([
    ['a status without a code', '{url: /a}, response: {code: null, status: 500 Internal Server Error}', 500],
    ['no status', '{url: /a}, response: {code: null}', null],
  ])('reads %s', (_name, parts, status) => {
    expect(readCalls(`interactions:\n- {request: ${parts}}`)).toMatchObject({
      calls: [{ response: { status } }],
    });
  });

  test('leaves out what is no call', () => {
    const text =
      'version: 2\ninteractions:\n- {request: {url: /a}, response: {code: 200}}\n- {id: 1}\n- text\n' +
      '- {request: {}, response: {code: 1}}\n';
    expect(readCalls(text).calls.map(({ url }) => url)).toEqual(['/a']);
    expect(readCalls('version: 2\ninteractions: []')).toEqual({ format: 'go-vcr', calls: [] });
    expect(readCalls('version: 1\nrwmutex: {}\ninteractions: []')).toEqual({ format: 'go-vcr', calls: [] });
  });

  test.each([
    ['requests without a response code', 'interactions:\n- {request: {url: /a}, response: {status: 200}}'],
    ['another version', 'version: 9\ninteractions: []'],
  ])('does not read %s', (_name, text) => {
    expect(readCalls(text).format).toBeNull();
  });
});
