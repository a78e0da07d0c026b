import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../reading/open-recording.js';
import { readOpenedRecording } from '../../reading/read-recording.js';
import { findSecrets } from '../find-secrets.js';
import { redact } from './redact.js';
import { makePlaceholder } from './replaced.js';

const CHANCE = 'q7Rk2ZtV9xLpWm4Ty8NcBs3HgJd6FvKe1XuQaPiYo5GwEnMbSzDhCjUlTr0fOI';
const KEY = `sk-${'proj'}-${CHANCE.slice(0, 48)}`;
const OTHER = `gsk_${CHANCE.slice(0, 52)}`;
const PLACEHOLDER = makePlaceholder('OpenAI API key', KEY, 3);

const redacted = (text: string, repositoryId = 3) => {
  const result = redact(Buffer.from(text), repositoryId);
  return 'refused' in result ? result : Buffer.from(result.bytes).toString();
};

describe('redact', () => {
  it('changes only the secret: white space, escapes, numbers and order stay', () => {
    const text = `{ "b":1.0,\n\t"a": "\\u00e9 \\"${KEY}\\" \\/ 😀",  "c" : [1e3, -0.0] }\r\n`;
    expect(redacted(text)).toBe(text.replace(KEY, PLACEHOLDER));
    expect(redacted(`\ufeff${text}`)).toBe(`\ufeff${text.replace(KEY, PLACEHOLDER)}`);
  });

  it('replaces a secret with escapes', () => {
    const escaped = [...KEY].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('');
    expect(redacted(`{"a": "x ${escaped} y"}`)).toBe(`{"a": "x ${PLACEHOLDER} y"}`);
  });

  it('uses one placeholder per secret and repository', () => {
    expect(redacted(`["${KEY}", "${KEY}"]`)).toBe(`["${PLACEHOLDER}", "${PLACEHOLDER}"]`);
    expect(redacted(`["${KEY}"]`, 4)).not.toContain(PLACEHOLDER);
    expect(redacted(`["${OTHER}"]`)).toMatch(/REDACTED_groq_api_key_[0-9a-f]{8}/);
  });

  it('replaces a secret that is split over chunks with one placeholder', () => {
    const chunks = [`a ${KEY.slice(0, 9)}`, KEY.slice(9, 30), `${KEY.slice(30)} b`].map((content) => ({
      choices: [{ index: 0, delta: { content } }],
    }));
    const result = JSON.parse(redacted(JSON.stringify({ body: chunks })) as string);
    const texts = result.body.map((chunk: (typeof chunks)[0]) => chunk.choices[0]?.delta.content);
    expect(texts).toEqual([`a ${PLACEHOLDER}`, '', ' b']);
  });

  it.each(['base64', 'base64url'] as const)('replaces a secret inside %s', (encoding) => {
    const encode = (text: string) => Buffer.from(text).toString(encoding);
    expect(redacted(JSON.stringify([encode(`key??: ${KEY} é`)]))).toBe(
      JSON.stringify([encode(`key??: ${PLACEHOLDER} é`)]),
    );
  });

  it('replaces every value of a cookie', () => {
    const text = '{"cookie": "a=hunter2x9f; b=hunter3x9f; Path=/"}';
    expect(redacted(text)).toMatch(/^\{"cookie": "a=REDACTED_\w+; b=REDACTED_\w+; Path=\/"\}$/);
  });

  const request = { method: 'POST', url: 'http://x.invalid/v1/chat/completions', body: { messages: [KEY] } };
  const inBytes = [KEY.slice(0, 20), KEY.slice(20)].map((text) => ({ bytes: [...Buffer.from(text)] }));
  it.each<[string, unknown, string]>([
    [
      'in the request',
      { request, response: { body: null } },
      'part of the request, so replacing it would change the hash',
    ],
    ['in the test id', { test_id: KEY, request: {}, response: { body: null } }, 'would change its testId'],
    [
      'in base64 of base64',
      [Buffer.from(Buffer.from(`x ${KEY}`).toString('base64')).toString('base64')],
      'record it again',
    ],
    ['in bytes', { content: inBytes }, 'cannot be replaced automatically'],
    ['with two escapes', [`\\u0073${KEY.slice(1)}`], 'cannot be replaced automatically'],
  ])('refuses a secret %s, with the reason', (_, value, reason) => {
    expect(redacted(JSON.stringify(value))).toEqual({ refused: expect.stringContaining(reason) });
  });

  it('refuses a file that is not JSON', () => {
    expect(redacted(`{"a": "${KEY}`)).toEqual({
      refused: expect.stringContaining('it cannot be parsed (truncated'),
    });
  });

  describe('in YAML', () => {
    const TOKEN = CHANCE.slice(3, 35);
    const cassette = (headers: string, { uri = 'https://x.invalid/v1', body = "'ok'", more = '' } = {}) =>
      `# recorded\ninteractions:\n- request:\n    body: null\n    headers:\n${headers}\n    method: GET\n    uri: ${uri}\n` +
      `  response:\n    body:\n      string: ${body}\n    headers: {}\n    status: {code: 200, message: OK}\n${more}version: 1\n`;
    const header = makePlaceholder('header authorization', TOKEN, 3);

    it.each([
      ['plain', `      authorization:\n      - Bearer ${TOKEN}`],
      ['single-quoted', `      authorization: ['Bearer ${TOKEN}']`],
      ['double-quoted', `      authorization: "Bearer ${TOKEN}"`],
      ['a literal block', `      authorization:\n      - |-\n        Bearer ${TOKEN}`],
      ['a folded block', `      authorization: >\n        Bearer ${TOKEN}`],
    ])('replaces only the secret: %s', (_, headers) => {
      const text = cassette(headers);
      expect(redacted(text)).toBe(text.replace(TOKEN, header));
      expect(redacted(`\ufeff${text}`)).toBe(`\ufeff${text.replace(TOKEN, header)}`);
    });

    it('replaces it wherever it is written, in comments too', () => {
      const text = cassette(`      authorization: Bearer ${TOKEN}`, {
        body: `|-\n        your token: ${TOKEN}.`,
      });
      const all = text.replace('# recorded', `# recorded ${TOKEN}`);
      expect(redacted(all)).toBe(all.replaceAll(TOKEN, header));
    });

    it('replaces a private key of several lines', () => {
      const lines = [CHANCE, CHANCE].map((line) => line.padEnd(64, 'x'));
      const key = ['-----BEGIN PRIVATE KEY-----', ...lines].map((line) => `        ${line}\n`).join('');
      const text = cassette('      accept: x', { body: `|\n${key}        -----END PRIVATE KEY-----` });
      const result = redacted(text) as string;
      expect(result).toMatch(/BEGIN PRIVATE KEY-----REDACTED_private_key_[0-9a-f]{8}\n {8}-----END/);
    });

    it('replaces it in a compressed file', () => {
      const text = cassette(`      authorization: Bearer ${TOKEN}`);
      const result = redact(gzipSync(text), 3);
      if ('refused' in result) throw new Error(result.refused);
      expect(gunzipSync(result.bytes).toString()).toBe(text.replace(TOKEN, header));
    });

    it('leaves what may be a secret', () => {
      const link = `https://x.invalid/a?sig=${CHANCE.slice(0, 40)}`;
      const text = cassette(`      authorization: Bearer ${TOKEN}`, { body: `'${link}'` });
      expect(redacted(text)).toBe(text.replace(TOKEN, header));
    });

    it.each<[string, string, string]>([
      [
        'with escapes',
        cassette(`      authorization: "Bearer \\x${TOKEN.charCodeAt(0).toString(16)}${TOKEN.slice(1)}"`),
        'cannot be replaced automatically',
      ],
      [
        'in the address',
        cassette('      accept: x', { uri: `https://x.invalid/v1?key=${TOKEN}` }),
        'part of the address, by which recorders find the response of exchange 1',
      ],
      [
        'in bytes',
        cassette('      accept: x', { body: `!!binary ${Buffer.from(`my ${KEY}`).toString('base64')}` }),
        'cannot be replaced automatically',
      ],
    ])('refuses a secret %s, with the reason', (_, text, reason) => {
      expect(redacted(text)).toEqual({ refused: expect.stringContaining(reason) });
    });

    it('redacts HAR in JSON, in every list that has the value', () => {
      const pair = { name: 'session', value: TOKEN };
      const request = {
        method: 'GET',
        url: 'https://x.invalid/',
        headers: [{ name: 'Cookie', value: `session=${TOKEN}` }],
        cookies: [pair],
      };
      const text = JSON.stringify({ log: { version: '1.2', entries: [{ request, response: {} }] } });
      expect(redacted(text)).not.toContain(TOKEN);
      expect(redacted(text)).toMatch(/"session=REDACTED_header_cookie_\w+"/);
    });
  });

  it('refuses to replace a secret in a trace, whose lengths would be wrong', () => {
    const request = `GET http://h/ HTTP/1.1\n\n{"a": "${KEY}`;
    const response = 'HTTP/1.1 200 OK\n\n';
    const trace = `httprr trace v1\n${request.length} ${response.length}\n${request}${response}`;
    const refused = { refused: expect.stringContaining('cannot be replaced automatically') };
    expect(redacted(trace)).toEqual(refused);
    // Damaged after its first call.
    expect(redacted(`${trace}1 "`)).toEqual(refused);
  });

  it('leaves no secret and changes no reading, for any surrounding text', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(KEY, OTHER, ` ${KEY}`, 'Bearer ', '"', '\\'),
    );
    const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
    const headers = fc.dictionary(fc.constantFrom('authorization', 'x-api-key', 'cookie', 'accept'), text);
    const body = fc.oneof(text, fc.array(text, { maxLength: 5 }), fc.dictionary(fc.string(), text));
    fc.assert(
      fc.property(headers, body, fc.constantFrom(undefined, 1, '\t'), (headers, body, space) => {
        const value = {
          test_id: 't',
          request: { method: 'POST', url: 'http://x/v1/models', headers, body: {} },
          response: { body },
        };
        const bytes = Buffer.from(JSON.stringify(value, null, space));
        const result = redact(bytes, 1);
        // A refusal is rare here, and correct.
        if ('refused' in result) return;
        const before = openRecording(bytes);
        const after = openRecording(result.bytes);
        expect(findSecrets(result.bytes, after)).toEqual([]);
        expect(readOpenedRecording(after)).toEqual({
          ...readOpenedRecording(before),
          responseText: readOpenedRecording(after).responseText,
        });
        if (result.replacements.length === 0) expect(Buffer.from(result.bytes)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
