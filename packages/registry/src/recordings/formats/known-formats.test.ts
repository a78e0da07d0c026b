import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binaryOf } from '../documents/binary.js';
import { MAXIMUM_READ_BYTES } from '../documents/document.js';
import { openRecording } from '../reading/open-recording.js';
import { readOpenedRecording } from '../reading/read-recording.js';

const BODY = { '!!binary': gzipSync('{"model":"m"}').toString('base64') };
const HEADERS = { 'Content-Type': ['application/json'], 'content-encoding': ['gzip'] };

/** A cassette of each kind, as JSON, which is YAML as well. */
const CASSETTES: Record<string, unknown>[] = [
  {
    interactions: [
      {
        request: { method: 'POST', uri: 'https://a.example/v1/x', headers: HEADERS, body: BODY },
        response: { status: { code: 200, message: 'OK' }, headers: HEADERS, body: { string: BODY } },
      },
      { request_sample: { json: {} }, response_sample: { json: {} } },
    ],
    version: 1,
  },
  {
    requests: [{ method: 'POST', uri: 'https://a.example/v1/x', headers: { a: 'b' }, body: BODY }],
    responses: [{ status: { code: 200 }, headers: { a: 'b' }, body: { string: BODY } }],
  },
  {
    http_interactions: [
      {
        request: {
          method: 'post',
          uri: 'https://<HOST>/x',
          headers: HEADERS,
          body: { encoding: 'UTF-8', string: 'a' },
        },
        response: { status: { code: 200 }, headers: HEADERS, body: { encoding: 'UTF-8', string: BODY } },
        recorded_at: 'today',
      },
    ],
    recorded_with: 'VCR 6',
  },
  {
    version: 2,
    interactions: [
      {
        id: 1,
        request: {
          method: 'POST',
          url: 'https://a.example/v1/x',
          headers: HEADERS,
          form: {},
          body: '{"model":"m"}',
        },
        response: { code: 200, status: '200 OK', headers: HEADERS, body: BODY, duration: '1s' },
      },
    ],
  },
];

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

/** A file of each format for many calls whose responses have the same bytes. */
const FILES_OF_BODIES: Record<string, (body: Buffer, count: number) => object | string> = {
  vcrpy: (body, count) => {
    const call = { request: { uri: 'https://a.example/' }, response: { body: { string: binaryOf(body) } } };
    return { interactions: times(count, call) };
  },
  vcr: (body, count) => {
    const response = { body: { base64_string: body.toString('base64') } };
    return { http_interactions: times(count, { request: { uri: 'https://a.example/' }, response }) };
  },
  'go-vcr': (body, count) => {
    const response = { code: 200, body: binaryOf(body) };
    return { version: 2, interactions: times(count, { request: { url: 'https://a.example/' }, response }) };
  },
  har: (body, count) => {
    const content = { encoding: 'base64', text: body.toString('base64') };
    const entry = {
      request: { method: 'GET', url: 'https://a.example/' },
      response: { status: 200, content },
    };
    return { log: { version: '1.2', entries: times(count, entry) } };
  },
  nock: (body, count) => {
    const response = {
      status: 200,
      response: [body.toString('hex')],
      rawHeaders: ['Content-Encoding', 'gzip'],
    };
    return times(count, { scope: 'https://a.example:443', method: 'GET', path: '/', ...response });
  },
  'test-proxy': (body, count) => {
    const ResponseHeaders = { 'Content-Type': 'application/octet-stream' };
    const response = { StatusCode: 200, ResponseHeaders, ResponseBody: body.toString('base64') };
    return { Entries: times(count, { RequestUri: 'https://a.example/', RequestMethod: 'GET', ...response }) };
  },
  httprr: (body, count) => {
    const request = 'GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n';
    const response = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body.toString('latin1')}`;
    return `httprr trace v1\n${times(count, `${request.length} ${response.length}\n${request}${response}`).join('')}`;
  },
};

/** Values and texts that a reading holds, without the characters of long texts. */
function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member) => sum + countValues(member), 1);
}

/** Opens and reads a file; what it holds is in proportion to the file. */
function read(bytes: Uint8Array): void {
  const opened = openRecording(bytes);
  const reading = readOpenedRecording(opened);
  const calls = opened.kind === 'recording' ? opened.calls : [];
  expect(reading.exchanges.length).toBeLessThanOrEqual(calls.length);
  // Each recorded value is in a call at most twice: as recorded, and reassembled.
  expect(countValues(calls.map(({ call }) => call))).toBeLessThanOrEqual(3 * bytes.length + 100);
  expect(() => JSON.stringify(calls)).not.toThrow();
}

const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    1,
    200,
    -1,
    1e300,
    '',
    'x',
    '__proto__',
    'https://a/b',
    'https://<A>:b',
    '{"a":1}',
    '\ud800',
  ),
  fc.constantFrom(BODY, { '!!binary': '%' }, { '!!binary': 1 }, [], {}),
  fc.string(),
);
const names = [
  ...[
    'interactions',
    'requests',
    'responses',
    'http_interactions',
    'version',
    'request',
    'response',
    'uri',
    'url',
  ],
  ...[
    'method',
    'headers',
    'body',
    'parsed_body',
    'string',
    'base64_string',
    'status',
    'code',
    'content',
    '__proto__',
  ],
];
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 5 }),
  ),
})).node;

describe('every file', () => {
  const cassette = fc.constantFrom(...CASSETTES);

  test('the cassettes are read', () => {
    const formats = CASSETTES.map((one) =>
      readOpenedRecording(openRecording(Buffer.from(JSON.stringify(one)))),
    );
    expect(formats.map(({ format, exchanges }) => [format, exchanges.length])).toEqual([
      ['vcrpy', 1],
      ['vcrpy', 1],
      ['vcr', 1],
      ['go-vcr', 1],
    ]);
  });

  test('of any bytes', () => {
    const start = fc.constantFrom(
      '',
      'interactions:\n- ',
      '---\nhttp_interactions: ',
      '{"interactions": [',
      '\x1f\x8b\b',
    );
    fc.assert(
      fc.property(start, fc.uint8Array(), (first, rest) =>
        read(Buffer.concat([Buffer.from(first, 'latin1'), rest])),
      ),
    );
  });

  test('of a cassette with other bytes', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(...'{}[],:"\'&*!|>-?#\n\t \0x1é'));
    fc.assert(
      fc.property(
        cassette,
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (one, changes, compress) => {
          // Without the first brace, the text is YAML, not JSON.
          let text = `--- ${JSON.stringify(one)}`;
          for (const [at, character] of changes) {
            const place = at % text.length;
            text = text.slice(0, place) + character + text.slice(place + (at % 3));
          }
          read(compress ? gzipSync(text) : Buffer.from(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of a cassette with another value at any place', () => {
    fc.assert(
      fc.property(
        cassette,
        fc.array(fc.tuple(fc.nat(), tree), { minLength: 1, maxLength: 3 }),
        (one, changes) => {
          const changed = copyOf(one);
          for (const [at, value] of changes) replaceAt(changed, at, copyOf(value));
          read(Buffer.from(JSON.stringify(changed)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of any tree under the first key', () => {
    const first = fc.constantFrom(
      'interactions',
      'http_interactions',
      'requests',
      'responses',
      'log',
      'Entries',
    );
    fc.assert(
      fc.property(first, tree, fc.dictionary(fc.constantFrom(...names), tree), (name, value, others) => {
        read(Buffer.from(JSON.stringify({ [name]: value, ...others })));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(Object.entries(FILES_OF_BODIES))(
    'of bodies that expand: all of a file decompress to at most 32 MiB (%s)',
    (format, fileOf) => {
      const hashes = Array.from({ length: 64 }, (_, index) =>
        createHash('sha256').update(`${index}`).digest('hex'),
      );
      const text = hashes.join('').repeat(64);
      const count = Math.ceil(MAXIMUM_READ_BYTES / text.length) + 20;
      const file = fileOf(gzipSync(text), count);
      const opened = openRecording(
        typeof file === 'object' ? Buffer.from(JSON.stringify(file)) : Buffer.from(file, 'latin1'),
      );
      expect(readOpenedRecording(opened).format).toBe(format);
      const calls = opened.kind === 'recording' ? opened.calls : [];
      const decompressed = calls.filter(({ call }) => call.response.body === text).length * text.length;
      expect(decompressed).toBeGreaterThan(MAXIMUM_READ_BYTES - 2 * text.length);
      expect(decompressed).toBeLessThanOrEqual(MAXIMUM_READ_BYTES);
    },
  );
});

/** A copy whose parts are not shared. */
function copyOf<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** Replaces the value at one of the places of a tree, which `at` selects. */
function replaceAt(root: Record<string, unknown>, at: number, value: unknown): void {
  const places: [parent: Record<string, unknown>, key: string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit(child);
    }
  };
  visit(root);
  const place = places[at % places.length];
  if (place !== undefined) place[0][place[1]] = value;
}
