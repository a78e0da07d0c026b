import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecording } from '../reading/read-recording.js';

const URL = 'https://api.example/v1/chat/completions';

/** One small file per format. */
const FILES: [format: string, file: object][] = [
  [
    'dd-trace',
    {
      request: { method: 'POST', url: URL, headers: {}, body: '{}' },
      response: { status: { code: 200, message: 'OK' }, headers: {}, body: '{}' },
    },
  ],
  ['ogx', { request: { method: 'POST', url: URL, body: {} }, response: { body: {}, is_streaming: false } }],
  [
    'vcrpy',
    {
      version: 1,
      interactions: [
        {
          request: { method: 'POST', uri: URL, body: '{}', headers: {} },
          response: { status: { code: 200, message: 'OK' }, headers: {}, body: { string: '{}' } },
        },
      ],
    },
  ],
  [
    'har',
    {
      log: {
        version: '1.2',
        entries: [
          {
            request: { method: 'POST', url: URL, headers: [], postData: { text: '{}' } },
            response: { status: 200, headers: [], content: { encoding: 'base64', text: '["e30=","e30="]' } },
          },
        ],
      },
    },
  ],
  [
    'nock',
    [
      {
        scope: 'https://api.example:443',
        method: 'POST',
        path: '/v1/x',
        body: {},
        status: 200,
        response: ['1f8b08', '00'],
        rawHeaders: ['Content-Encoding', 'gzip'],
      },
    ],
  ],
  [
    'test-proxy',
    {
      Entries: [
        {
          RequestUri: URL,
          RequestMethod: 'POST',
          RequestHeaders: { 'Content-Type': 'a/b' },
          RequestBody: 'e30=',
          StatusCode: 200,
          ResponseHeaders: { 'Content-Type': 'text/plain' },
          ResponseBody: ['a\n', 'b'],
        },
      ],
      Variables: {},
    },
  ],
  [
    'aimock',
    {
      fixtures: [
        {
          match: { userMessage: 'a' },
          response: { content: 'b', toolCalls: [{ name: 'f', arguments: {} }] },
        },
      ],
    },
  ],
];

test.each(FILES)('a file of %s is read as such', (format, file) => {
  expect(read(file)).toMatchObject({ format, outcome: 'SUCCESS', problem: null });
});

test.each([
  ['package.json', { name: 'a', version: '1.0.0', scripts: { test: 'x' }, dependencies: { b: '^1' } }],
  ['tsconfig.json', { compilerOptions: { strict: true }, include: ['src'], references: [{ path: '../a' }] }],
  [
    'OpenAPI',
    {
      openapi: '3.1.0',
      info: { title: 'a', version: '1' },
      paths: { '/v1/x': { post: { requestBody: {}, responses: { 200: { description: 'OK' } } } } },
    },
  ],
  ['a list of objects', [{ id: 1, method: 'GET', path: '/a' }]],
  ['a list of routes', [{ scope: 'admin', method: 'GET', path: '/a', status: 200 }]],
  ['an empty list', []],
  ['a log', { log: { entries: [{ level: 'info', message: 'a' }] } }],
  ['an empty log', { log: { entries: [] } }],
  ['a log of requests', { log: { entries: [{ request: 'GET /', response: 200 }] } }],
  ['a dictionary', { Entries: [{ Key: 'a', Value: 1 }] }],
  ['Django fixtures', { fixtures: [{ model: 'app.a', pk: 1, fields: {} }] }],
  ['a chat request', { model: 'm-1', messages: [{ role: 'user', content: 'a' }] }],
  [
    'a Postman collection',
    { info: { name: 'a' }, item: [{ request: { method: 'GET', url: URL }, response: [] }] },
  ],
  ['text', 'httprr trace v1'],
])('%s is opaque, without a problem', (_what, value) => {
  expect(read(value)).toMatchObject({ format: 'opaque', exchanges: [], problem: null });
});

test.each([
  [
    'har',
    { request: { url: URL }, response: { status: 200 } },
    (calls: object[]) => ({ log: { entries: calls } }),
  ],
  ['nock', { scope: 'http://h', method: 'GET', path: '/', status: 200 }, (calls: object[]) => calls],
  ['test-proxy', { RequestUri: URL, RequestMethod: 'GET' }, (calls: object[]) => ({ Entries: calls })],
  ['aimock', { match: {}, response: {} }, (calls: object[]) => ({ fixtures: calls })],
])('at most 10,000 calls of a file are read: %s', (format, call, fileOf) => {
  const calls = Array.from({ length: 10_001 }, () => call);
  const problem = 'more than 10,000 calls: only the first 10,000 are read';
  expect(read(fileOf(calls.slice(1)))).toMatchObject({ format, problem: null });
  const reading = read(fileOf(calls));
  expect(reading).toMatchObject({ format, problem });
  expect(reading.exchanges).toHaveLength(10_000);
});

const anything = fc.jsonValue({ maxDepth: 4 });

test('any value under the keys of a format: never throws, at most one exchange per value', () => {
  const call = fc.dictionary(
    fc.constantFrom(
      ...['request', 'response', 'status', 'scope', 'method', 'path', 'match', 'url', 'uri', 'headers'],
      ...['RequestUri', 'RequestMethod', 'body', 'content', 'text', 'encoding', 'postData', 'toolCalls'],
    ),
    fc.oneof(anything, fc.constantFrom(URL, 'base64', '["e30="]', 'GET')),
  );
  const calls = fc.array(fc.oneof(call, anything), { maxLength: 4 });
  const file = fc.oneof(
    calls,
    fc.record({ log: fc.record({ entries: calls, creator: fc.constant({}) }) }),
    fc.record({ Entries: calls, Variables: anything }),
    fc.record({ fixtures: calls }),
    fc.record({ interactions: calls }),
    fc.record({ request: call, response: call }),
  );
  fc.assert(
    fc.property(file, (value) => {
      expect(read(value).exchanges.length).toBeLessThanOrEqual(4);
    }),
  );
});

test('any value in place of any part of a file: never throws', () => {
  const mutation = fc
    .constantFrom(...FILES)
    .chain(([, file]) =>
      fc
        .tuple(fc.constantFrom(...pathsOf(file)), anything)
        .map(([path, value]) => replaced(file, path, value)),
    );
  fc.assert(
    fc.property(mutation, (value) => {
      const { exchanges, format } = read(value);
      expect(exchanges.length).toBeLessThanOrEqual(format === 'opaque' ? 0 : 4);
    }),
    { numRuns: 400 },
  );
});

function read(value: unknown) {
  return readRecording(Buffer.from(JSON.stringify(value)));
}

type Path = (string | number)[];

/** The paths of all values below the outermost one. */
function pathsOf(value: unknown, base: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_item, index) => index) : Object.keys(value);
  return keys.flatMap((key) => {
    const path = [...base, key];
    return [path, ...pathsOf((value as Record<string | number, unknown>)[key], path)];
  });
}

function replaced(value: object, path: Path, by: unknown): object {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  let parent = copy;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  parent[path.at(-1) as string | number] = by;
  return copy;
}
