import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { readExchanges } from '../reading/read-exchange.js';
import { readRecording } from '../reading/read-recording.js';
import { bytesIn } from './binary.js';
import { openDocument } from './open-document.js';

const REQUEST = 'POST https://api.example/v1/chat HTTP/1.1\r\nHost: api.example\r\n\r\n{"model":"m-1"}';
const RESPONSE = 'HTTP/2.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHi';

describe('messages', () => {
  test.each([
    ['a whole URL', REQUEST, 'https://api.example/v1/chat'],
    [
      'a path and a host',
      'GET /v1/models?a=1 HTTP/1.1\r\nHost: h:8080\r\n\r\n',
      'https://h:8080/v1/models?a=1',
    ],
    ['a path without a host', 'GET /v1/models HTTP/1.1\r\n\r\n', '/v1/models'],
    ['a host only', 'CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n', 'h:443'],
  ])('request line with %s', (_what, request, url) => {
    expect(only(request, RESPONSE).url).toBe(url);
  });

  test.each([
    ['nothing after the headers', 'HTTP/1.1 204 No Content\r\n\r\n', 204, null],
    ['no empty line', 'HTTP/1.1 204 No Content\r\nA: b', 204, null],
    ['no reason', 'HTTP/1.1 200\r\n\r\na', 200, 'a'],
    ['line ends without a carriage return', 'HTTP/1.1 200 OK\nA: b\n\na\n', 200, 'a\n'],
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc', 200, 'ab'],
    ['a length that is too large', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', 200, 'abc'],
    ['chunks', chunked('3\r\nabc\r\n2 \r\nde\r\n0\r\nTrailer: t\r\n\r\n'), 200, 'abcde'],
    ['chunks without an end', chunked('3\r\nabc\r\nff\r\nde'), 200, 'abcde'],
    ['chunks of line ends', chunked('2\n\n\n\n0\n\n'), 200, '\n\n'],
    ['damaged chunks', chunked('abc'), 200, 'abc'],
    ['a chunk with an extension', chunked('1;x=y\r\na\r\n0\r\n\r\n'), 200, '1;x=y\r\na\r\n0\r\n\r\n'],
    ['a damaged size', chunked('3\r\nabc\r\nzz\r\nde'), 200, '3\r\nabc\r\nzz\r\nde'],
    ['JSON', 'HTTP/1.1 200 OK\r\n\r\n{"a": [1.0]}', 200, { a: [1] }],
    ['bytes', latin1('HTTP/1.1 200 OK\r\n\r\n\xff\xfe'), 200, { '!!binary': '//4=' }],
    ['gzip', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), gzipSync('[2]')]), 200, [2]],
    ['an error', 'HTTP/1.1 429 Too Many Requests\r\n\r\n{"error":"slow"}', 429, { error: 'slow' }],
  ])('response with %s', (_what, response, status, body) => {
    const { answer } = only(REQUEST, response);
    expect(answer).toMatchObject({ status, outcome: status < 400 ? 'SUCCESS' : 'ERROR' });
    expect(answer.body).toEqual(body);
  });

  test('a body of bytes, or of text with NUL, is a Binary of the document', () => {
    const trace = traceOf([[latin1(`${REQUEST}\xff`), 'HTTP/1.1 200 OK\r\n\r\na\0']]);
    expect(openDocument(trace)).toMatchObject({
      syntax: 'httprr',
      text: trace.toString('utf8'),
      value: {
        httprr: [
          {
            request: { headers: { Host: ['api.example'] }, body: { '!!binary': 'eyJtb2RlbCI6Im0tMSJ9/w==' } },
            response: { status: 200, reason: 'OK', body: { '!!binary': 'YQA=' } },
          },
        ],
      },
    });
  });

  test('headers keep repeated values and continuation lines; what is no header is left out', () => {
    const head =
      'HTTP/1.1 200 OK\r\nX-Id: a\r\nx-id:  b \r\nX-Long: one\r\n  two\r\n\tthree\r\n:x\r\nno colon';
    expect(only(REQUEST, `${head}\r\n\r\n`).responseHeaders).toEqual({
      'x-id': ['a', 'b'],
      'x-long': ['one two three'],
    });
  });
});

describe('traces', () => {
  test('reads exchanges in order', () => {
    const trace = traceOf([
      [REQUEST, RESPONSE],
      [REQUEST, 'HTTP/1.1 500 Error\r\n\r\nBye'],
    ]);
    const reading = readRecording(trace);
    expect(reading).toMatchObject({ format: 'httprr', testId: null, model: 'm-1', problem: null });
    expect(reading.exchanges.map(({ status, responseText }) => [status, responseText])).toEqual([
      [200, 'Hi'],
      [500, 'Bye'],
    ]);
    expect(readRecording(gzipSync(trace))).toEqual(reading);
  });

  test('a trace may be empty', () => {
    expect(readRecording(Buffer.from('httprr trace v1\n'))).toMatchObject({
      format: 'httprr',
      exchanges: [],
    });
  });

  const whole = traceOf([
    [REQUEST, RESPONSE],
    [REQUEST, RESPONSE],
  ]);
  const second = whole.length / 2 + 'httprr trace v1\n'.length / 2;

  test.each([
    [
      'ends inside an exchange',
      whole.subarray(0, -3),
      'truncated: the file ends 3 bytes before the end of the exchange',
    ],
    [
      'ends inside the lengths',
      whole.subarray(0, second + 3),
      'expected the lengths of a request and a response',
    ],
    [
      'has other bytes',
      Buffer.concat([whole.subarray(0, second), latin1('\xff\n')]),
      'expected the lengths of a request and a response',
    ],
    [
      'has a request that is none',
      Buffer.concat([whole.subarray(0, second), Buffer.from('1 1\nab')]),
      'expected an HTTP request',
    ],
    [
      'has a response that is none',
      Buffer.concat([whole.subarray(0, second), Buffer.from(`${REQUEST.length} 1\n${REQUEST}b`)]),
      'expected an HTTP response',
    ],
  ])('what comes before the damage is read: %s', (_what, trace, problem) => {
    expect(readRecording(trace)).toMatchObject({
      format: 'httprr',
      exchanges: [{ status: 200 }],
      problem: `${problem}, exchange 2 (byte ${second}): only the calls before it are read`,
    });
  });

  test('a trace that is damaged from the start cannot be read', () => {
    expect(openDocument(Buffer.from('httprr trace v1\n5 5\nab'))).toEqual({
      problem:
        'not an httprr trace: truncated: the file ends 8 bytes before the end of the exchange, ' +
        'exchange 1 (byte 16)',
    });
    expect(readRecording(Buffer.from('httprr trace v2\n5 5\nab'))).toMatchObject({ format: 'opaque' });
  });

  test('bounds exchanges and headers', () => {
    const many = Buffer.from(
      `httprr trace v1\n${'16 14\nGET / HTTP/1.1\n\nHTTP/1.1 200\n\n'.repeat(10_001)}`,
    );
    const reading = readRecording(many);
    expect(reading.exchanges).toHaveLength(10_000);
    expect(reading.problem).toMatch(/^more than 10000 exchanges, exchange 10001 \(byte 360016\)/);
    const headers = 'a: b\n'.repeat(1000);
    expect(readRecording(traceOf([[`GET / HTTP/1.1\n${headers}\n`, RESPONSE]]))).toMatchObject({
      format: 'opaque',
      problem: expect.stringContaining('expected an HTTP request'),
    });
  });

  test('nothing in a trace is hidden from a search for secrets, wherever it is', () => {
    const whole = traceOf([
      [REQUEST, chunked('3\r\nabc\r\n0\r\nTrailer: t\r\n\r\n')],
      ['GET / HTTP/1.1\nHost: h\nContent-Length: 2\n\nabc', latin1('HTTP/1.1 200 OK\n folded\n\n\xff')],
    ]);
    const secret = 'sk-SECRET';
    for (let at = 'httprr trace v1\n'.length; at <= whole.length; at++) {
      const document = openDocument(
        Buffer.concat([whole.subarray(0, at), Buffer.from(secret), whole.subarray(at)]),
      );
      if ('problem' in document) continue;
      expect(textsOf(document.value), `byte ${at}`).toContain(secret);
    }
  });

  test('any bytes after the first line, and any change of a trace: never throws', () => {
    const whole = traceOf([
      [REQUEST, chunked('3\r\nabc\r\n0\r\n\r\n')],
      [REQUEST, RESPONSE],
    ]);
    const changed = fc
      .tuple(fc.nat(whole.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }))
      .map(([at, removed, added]) =>
        Buffer.concat([whole.subarray(0, at), added, whole.subarray(Math.min(at + removed, whole.length))]),
      );
    const any = fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.concat([Buffer.from('httprr trace v1\n'), bytes]));
    fc.assert(
      fc.property(fc.oneof(changed, any), (trace) => {
        const { format, exchanges, problem } = readRecording(trace);
        expect(exchanges.length).toBeLessThanOrEqual(trace.length / 20);
        if (format === 'opaque') expect(problem).toMatch(/./);
      }),
    );
  });
});

function chunked(body: string): string {
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function textsOf(value: JsonValue): string {
  const bytes = bytesIn(value);
  if (bytes !== null) return bytes.toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, member]) => `${key} ${textsOf(member)}`)
    .join('\n');
}

function traceOf(exchanges: [request: string | Buffer, response: string | Buffer][]): Buffer {
  const records = exchanges.flatMap(([request, response]) => {
    const [sent, received] = [Buffer.from(request), Buffer.from(response)];
    return [Buffer.from(`${sent.length} ${received.length}\n`), sent, received];
  });
  return Buffer.concat([Buffer.from('httprr trace v1\n'), ...records]);
}

function only(request: string, response: string | Buffer) {
  const exchanges = readExchanges(traceOf([[request, response]]));
  if ('problem' in exchanges) throw new Error(exchanges.problem);
  const [first] = exchanges;
  if (first === undefined || exchanges.length !== 1) throw new Error(`${exchanges.length} exchanges`);
  return first;
}
