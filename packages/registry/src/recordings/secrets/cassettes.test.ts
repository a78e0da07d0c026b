import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../reading/open-recording.js';
import { findSecrets } from './find-secrets.js';

// Generated, so that no scanner reports this file.
const CHANCE = 'q7Rk2ZtV9xLpWm4Ty8NcBs3HgJd6FvKe1XuQaPiYo5GwEnMbSzDhCjUlTr0fOI';
const chance = (length: number) => CHANCE.repeat(Math.ceil(length / CHANCE.length)).slice(0, length);
const hex = (length: number) => 'c0ffee19a7b3d24856f1'.repeat(10).slice(0, length);
const TOKEN = chance(32);
const KEY = `sk-${'proj'}-${chance(48)}`;

const scan = (content: string | Uint8Array) => {
  const bytes = Buffer.from(content as string);
  return findSecrets(bytes, openRecording(bytes)).map(
    ({ kind, certainty, place }) => [kind, certainty, place] as const,
  );
};
const base64 = (content: string | Uint8Array) => Buffer.from(content as string).toString('base64');

/** `{"a": "the key is <KEY>", …}` in zstd, which Node 20 cannot write. */
const ZSTD =
  'KLUv/QRoZQYA8s4sHhBXdQYLc8G7pM2un8ORLMwIuS9a3ryLoIkIAABQECkm+Zdsd+t25Zvl5fLndotv+Newnt256+' +
  'W+PiDGffTtsr2XnvuV3yvL6tynLVs9v/q5tPR27l9xtPMSfhvO+hi3vl8IWo/r2Hp7t9enbnL9Tra+FtM72diCfRiA' +
  'fSiyUR8G7kBLu5Q4gpWYHAcXCUEIlAGqJK5MwdqMJieFpj2DCoMgBUQ8R4GKnsJfW31fswVrDBUHAEAbgMyGWhsbf4' +
  'KxGOXG4Get4UkBSCiqvw==';

/** A cassette of vcrpy with this request and this response, in YAML. */
const vcrpy = ({
  requestHeaders = 'accept: ["*/*"]',
  responseHeaders = 'server: [x]',
  uri = 'https://api.x.invalid/v1/chat',
  requestBody = 'null',
  responseBody = "string: 'ok'",
}) =>
  `interactions:
- request:
    body: ${requestBody}
    headers:
      ${requestHeaders}
    method: POST
    uri: ${uri}
  response:
    body:
      ${responseBody}
    headers:
      ${responseHeaders}
    status: {code: 200, message: OK}
version: 1
`;

describe('headers in the layouts of the recorders', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['a list below the name', vcrpy({ requestHeaders: `authorization:\n      - Bearer ${TOKEN}` }), '[0]'],
    ['a flow list', vcrpy({ requestHeaders: `Authorization: ['Bearer ${TOKEN}']` }), '[0]'],
    ['one line', vcrpy({ requestHeaders: `authorization: Bearer ${TOKEN}` }), 'authorization'],
    ['a quoted value', vcrpy({ requestHeaders: `"Authorization": "Bearer ${TOKEN}"` }), 'Authorization'],
    ['a block', vcrpy({ requestHeaders: `authorization:\n      - |-\n        Bearer ${TOKEN}` }), '[0]'],
    [
      'bytes',
      vcrpy({ requestHeaders: `authorization:\n      - !!binary |\n        ${base64(`Bearer ${TOKEN}`)}` }),
      '[0]',
    ],
    [
      "a tag of Python on the header's name",
      vcrpy({ requestHeaders: `? !!python/unicode 'authorization'\n      : - Bearer ${TOKEN}` }),
      '[0]',
    ],
    ['gzip', gzipSync(vcrpy({ requestHeaders: `authorization:\n      - Bearer ${TOKEN}` })), '[0]'],
    [
      'Ruby VCR',
      `http_interactions:\n- request:\n    method: post\n    uri: https://x.invalid/\n    body: {encoding: UTF-8, string: ''}\n    headers:\n      Authorization:\n      - Bearer ${TOKEN}\n  response:\n    status: {code: 200}\n    headers: {}\n    body: {string: ''}\nrecorded_with: VCR 6.3.1\n`,
      '[0]',
    ],
    [
      'go-vcr',
      `version: 2\ninteractions:\n- id: 0\n  request:\n    url: https://x.invalid/\n    method: POST\n    headers:\n      Authorization:\n        - Bearer ${TOKEN}\n  response:\n    code: 200\n    body: ok\n`,
      '[0]',
    ],
    [
      'HAR',
      JSON.stringify({
        log: { entries: [{ request: { headers: [{ name: 'Authorization', value: `Bearer ${TOKEN}` }] } }] },
      }),
      '.value',
    ],
    [
      'nock, flat',
      JSON.stringify([{ rawHeaders: ['Accept', 'x', 'Authorization', `Bearer ${TOKEN}`] }]),
      '[3]',
    ],
    ['nock, object', JSON.stringify([{ reqheaders: { authorization: `Bearer ${TOKEN}` } }]), 'authorization'],
    [
      'test-proxy',
      JSON.stringify({ Entries: [{ RequestHeaders: { Authorization: `Bearer ${TOKEN}` } }] }),
      '',
    ],
    [
      'a text below the name, not parsed',
      `: no YAML\n[ headers:\n      authorization:\n      - Bearer ${TOKEN}\n`,
      'line 4',
    ],
    ['raw HTTP', `httprr trace v1\n1 2\nPOST / HTTP/1.1\r\nAuthorization: Bearer ${TOKEN}\r\n`, ''],
    [
      'YAML within JSON',
      JSON.stringify({ cassette: `headers:\n  authorization:\n  - Bearer ${TOKEN}\n` }),
      '$.cassette',
    ],
  ])('are found in %s', (_, content, place) => {
    expect(scan(content)).toEqual([['header authorization', 'CERTAIN', expect.stringContaining(place)]]);
  });

  it.each([
    ['x-api-key', hex(32)],
    ['api-key', hex(32)],
    ['x-goog-api-key', `${hex(8)}-${hex(20)}`],
    ['authorization', `Basic ${base64(`svc:${TOKEN}`)}`],
    ['cookie', `theme=dark; session=${TOKEN}`],
    ['set-cookie', `sid=${hex(24)}; Path=/; HttpOnly`],
    ['set-cookie', `something=${TOKEN}; Path=/`],
    ['authorization', `AWS4-HMAC-SHA256 Credential=${hex(20)}/x/aws4_request, Signature=${hex(64)}`],
  ])('%s: %s', (name, value) => {
    expect(scan(vcrpy({ requestHeaders: `${name}:\n      - ${JSON.stringify(value)}` }))).toEqual([
      [`header ${name}`, 'CERTAIN', `$.interactions[0].request.headers.${name}[0]`],
    ]);
  });

  it.each([
    ['authorization', 'REDACTED'],
    ['authorization', `Bearer REDACTED_${hex(64)}`],
    ['authorization', 'AUTHORIZATION-XXX'],
    ['authorization', 'Bearer XXX'],
    ['authorization', '**REDACTED**'],
    ['authorization', 'Bearer <OPENAI_API_KEY>'],
    ['authorization', 'Bearer test'],
    ['authorization', 'Bearer mock-api-key'],
    ['authorization', 'Bearer foo-bar-baz-1'],
    ['authorization', 'Sanitized'],
    ['authorization', 'Bearer ollama'],
    ['authorization', 'Bearer abc12345'],
    ['set-cookie', `__Secure-ENID=30.SE=${chance(40)}; __stripe_sid=${hex(32)}`],
    ['authorization', `Basic ${base64('user:password')}`],
    ['authorization', `Basic ${base64('apikey:REDACTED')}`],
    ['authorization', `AWS4-HMAC-SHA256 Credential=test_key/x/aws4_request, Signature=${hex(64)}`],
    ['x-api-key', 'X-API-KEY-XXX'],
    ['x-api-key', 'sk-scrubbed-1'],
    ['cookie', `__cf_bm=${chance(43)}-1.0.1.1; _cfuvid=${chance(40)}`],
    ['set-cookie', `AWSALBCORS=${chance(60)}; Path=/; SameSite=None; Secure`],
    ['set-cookie', `acw_tc=${hex(40)}; _ga=GA1.1.1234567.1700000000; ARRAffinity=${hex(64)}`],
    ['set-cookie', 'theme=light-and-dark; Max-Age=1234567890'],
    [
      'content-security-policy',
      `default-src x; report-uri https://b.invalid/?dd-api-key=pub${hex(32)}&key=${hex(32)}`,
    ],
  ])('%s: %s is none', (name, value) => {
    const header = `${name}:\n      - ${JSON.stringify(value)}`;
    expect(scan(vcrpy({ requestHeaders: header }))).toEqual([]);
    expect(scan(vcrpy({ responseHeaders: header }))).toEqual([]);
    // In a file that is not parsed, the end of the header is unknown.
    if (!name.startsWith('content')) expect(scan(`[ ${header}`)).toEqual([]);
  });
});

describe('certain and possible secrets', () => {
  const link = (parameters: string) => `https://news.invalid/article?${parameters}`;
  const SIGNED = link(`X-Amz-Credential=${`AK${'IA'}`}Q7R2ZTV9XLPWM4TY%2Fx&X-Amz-Signature=${hex(64)}`);

  it.each<[string, string]>([
    ['a signed link', SIGNED],
    ['a signed link of Azure', link(`sv=2024&sig=${chance(43)}%3D`)],
    ['a link with a token', link(`token=${chance(40)}`)],
    ['a link with a JSON web token', link(`jwt=eyJ${chance(30)}.eyJ${chance(60)}.${chance(43)}`)],
    ['a field', JSON.stringify({ results: [{ token: chance(40) }] })],
    ['a password', JSON.stringify({ account: { password: 'hunter2hunter2' } })],
    ['a telling name in prose', `set my_api_key=${chance(32)} first`],
  ])('%s is possible in a response, and certain nowhere', (_, text) => {
    const found = scan(vcrpy({ responseBody: `string: ${JSON.stringify(text)}` }));
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(([, certainty]) => certainty)).not.toContain('CERTAIN');
  });

  it.each<[string, string, string | Uint8Array]>([
    [
      'URL parameter key',
      'the address of the request',
      vcrpy({ uri: `https://x.invalid/v1?key=${hex(32)}` }),
    ],
    [
      'URL parameter sig',
      'the address of the request',
      vcrpy({ uri: `https://x.invalid/v1?sig=${hex(32)}` }),
    ],
    ['field client_secret', 'a form', vcrpy({ requestBody: `grant_type=x&client_secret=${TOKEN}` })],
    [
      'field api_key',
      'a field of the request',
      vcrpy({ requestBody: `'{"api_key": "${TOKEN}", "q": "x"}'` }),
    ],
    [
      'field tavily_api_key',
      'a header',
      vcrpy({ requestHeaders: `x-data: '{"tavily_api_key": "${TOKEN}"}'` }),
    ],
    [
      'header authorization',
      'a text of the response',
      vcrpy({ responseBody: `string: 'curl -H "Authorization: Bearer ${TOKEN}"'` }),
    ],
    ['OpenAI API key', 'a text of the response', vcrpy({ responseBody: `string: 'it is ${KEY}.'` })],
    [
      'password in a URL',
      'a text of the response',
      vcrpy({ responseBody: `string: 'postgres://app:${TOKEN}@db.x.invalid/a'` }),
    ],
  ])('%s is certain in %s', (kind, _, content) => {
    expect(scan(content).map(([found, certainty]) => [found, certainty])).toEqual([[kind, 'CERTAIN']]);
  });

  it('is certain when a derived text says so', () => {
    // As text of a body it is only a telling name; as a field of the request it is a credential.
    const body = JSON.stringify(JSON.stringify({ api_key: TOKEN }));
    const content = JSON.stringify({
      request: { url: 'https://x.invalid', body: JSON.parse(body) },
      response: {},
    });
    expect(scan(content)).toEqual([['field api_key', 'CERTAIN', expect.any(String)]]);
  });

  it('lists certain ones first, however many possible ones there are', () => {
    const links = Array.from({ length: 1_200 }, (_, index) => link(`token=${chance(30)}${index}`));
    const found = scan(JSON.stringify({ response: { body: { links, last: KEY } } }));
    expect(found[0]).toEqual(['OpenAI API key', 'CERTAIN', '$.response.body.last']);
    expect(found.slice(1).every(([, certainty]) => certainty === 'POSSIBLE')).toBe(true);
  });

  it.each([
    `phc_${chance(43)}`,
    `pk_${'live'}_${chance(24)}`,
    `6Lc${chance(37)}`,
    `pub${hex(32)}`,
    `pk.eyJ${chance(40)}.${chance(22)}`,
    `eyJ${chance(20)}.${Buffer.from('{"role":"anon","iss":"x"}').toString('base64url')}.${chance(43)}`,
  ])('a public key is none: %s', (key) => {
    expect(
      scan(JSON.stringify({ request: { url: 'https://x.invalid', body: { api_key: key } }, response: {} })),
    ).toEqual([]);
    expect(scan(vcrpy({ uri: `https://x.invalid/?token=${key}` }))).toEqual([]);
  });

  it('an address of Sentry is public, another user in a URL is not', () => {
    expect(scan(JSON.stringify({ dsn: `https://${hex(32)}@o12.ingest.x.invalid/4501` }))).toEqual([]);
    expect(scan(JSON.stringify({ dsn: `https://${hex(32)}@git.x.invalid/a/b` }))).toHaveLength(1);
  });
});

describe('bodies', () => {
  const text = JSON.stringify({ a: `the key is ${KEY}`, b: 'and some more words' });
  /** As servers send it: the header of gzip first. */
  const pieces = (encoding: 'base64' | 'hex') => {
    const zipped = gzipSync(text);
    return [zipped.subarray(0, 10), zipped.subarray(10)].map((piece) => piece.toString(encoding));
  };
  const harOf = (content: object) => {
    const entry = { request: { url: 'https://h/' }, response: { status: 200, content } };
    return JSON.stringify({ log: { entries: [entry] } });
  };

  it.each<[string, string]>([
    ['base64', vcrpy({ responseBody: `string: !!binary |\n        ${base64(text)}` })],
    ['gzip', vcrpy({ responseBody: `string: !!binary |\n        ${base64(gzipSync(text))}` })],
    ['brotli', vcrpy({ responseBody: `string: !!binary |\n        ${base64(brotliCompressSync(text))}` })],
    ['zstd', vcrpy({ responseBody: `string: !!binary ${ZSTD}` })],
    ['gzip in a request', vcrpy({ requestBody: `!!binary |\n        ${base64(gzipSync(text))}` })],
    ['pieces of gzip in base64', harOf({ encoding: 'base64', text: JSON.stringify(pieces('base64')) })],
    ['pieces of gzip in hex', harOf({ text: JSON.stringify(pieces('hex')) })],
    [
      'a list of pieces in hex',
      JSON.stringify([{ scope: 'https://h', method: 'GET', path: '/', response: pieces('hex') }]),
    ],
  ])('%s', (_, content) => {
    expect(scan(content)).toEqual([['OpenAI API key', 'CERTAIN', expect.stringMatching(/body|content/)]]);
  });

  it('shares one budget over the file, and still reads the bodies that the format decodes', () => {
    const large = gzipSync(Buffer.alloc(8 * 1024 * 1024 - 20, 'lorem ipsum '));
    const body = (bytes: Uint8Array) =>
      `- request: {method: GET, uri: 'https://x.invalid/', headers: {}, body: null}\n  response:\n    status: {code: 200}\n    headers: {}\n    body:\n      string: !!binary ${base64(bytes)}\n`;
    expect(scan(`interactions:\n${body(large)}${body(gzipSync(text))}version: 1\n`)).toEqual([
      ['OpenAI API key', 'CERTAIN', expect.stringContaining('exchange 2, $.response.body, decoded: ')],
    ]);
  });

  it('a comment of YAML', () => {
    expect(scan(`# recorded with ${KEY}\n${vcrpy({})}`)).toEqual([
      ['OpenAI API key', 'CERTAIN', 'a comment'],
    ]);
  });

  it('fields of two exchanges are not one text', () => {
    const half = (part: string) => ({
      request: { method: 'POST', uri: 'https://x.invalid/', headers: {}, body: part },
      response: { status: { code: 200 }, headers: {}, body: { string: '' } },
    });
    const interactions = [half(KEY.slice(0, 20)), half(KEY.slice(20))];
    expect(scan(JSON.stringify({ interactions, version: 1 }))).toEqual([]);
  });
});
