import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { openRecording } from '../reading/open-recording.js';
import { findSecrets } from './find-secrets.js';

// The keys are generated, so that no scanner reports this file.
const CHANCE = 'q7Rk2ZtV9xLpWm4Ty8NcBs3HgJd6FvKe1XuQaPiYo5GwEnMbSzDhCjUlTr0fOI';
const chance = (length: number) => CHANCE.repeat(Math.ceil(length / CHANCE.length)).slice(0, length);
const hex = (length: number) => 'c0ffee19a7b3d24856f1'.repeat(10).slice(0, length);
const OPENAI = `sk-${'proj'}-${chance(48)}`;

const scan = (text: string | Uint8Array) => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return findSecrets(bytes, openRecording(bytes));
};
const recording = (body: JsonValue, more: Record<string, JsonValue> = {}) => ({
  test_id: 'tests/test_chat.py::test_it',
  request: {
    method: 'POST',
    url: 'http://localhost/v1/chat/completions',
    body: { model: 'm', messages: [] },
    ...more,
  },
  response: { body, is_streaming: Array.isArray(body) },
});
const found = (value: unknown) =>
  scan(JSON.stringify(value, null, 2)).map(({ kind, place }) => [kind, place]);
const inText = (text: string) => found({ text }).map(([kind]) => kind);

describe('kinds of secrets', () => {
  it.each([
    ['OpenAI API key', `sk-${chance(48)}`],
    ['OpenAI API key', OPENAI],
    ['OpenAI API key', `sk-svcacct-${chance(60)}`],
    ['Anthropic API key', `sk-ant-api03-${chance(93)}AA`],
    ['OpenRouter API key', `sk-or-v1-${hex(64)}`],
    ['Langfuse secret key', `sk-lf-${hex(8)}-a1b2-c3d4-e5f6-${hex(12)}`],
    ['Google API key', `AIza${chance(35)}`],
    ['Google API key', `AQ.Ab8RN6${chance(44)}`],
    ['Google OAuth token', `ya29.${chance(80)}`],
    ['AWS access key id', `AKIA${'Q7R2ZTV9XLPWM4TY'}`],
    ['AWS secret access key', `AWS_SECRET_ACCESS_KEY => ${chance(40)}`],
    ['AWS Bedrock API key', `ABSKQmVkcm9ja0FQSUtleS${chance(92)}==`],
    ['Azure API key', `${chance(52)}JQQJ99${chance(26)}`],
    ['Azure shared access key', `Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=${chance(43)}=`],
    ['HashiCorp Vault token', `hvs.${chance(90)}`],
    ['Terraform Cloud token', `${chance(14)}.atlasv1.${chance(67)}`],
    ['Discord webhook', `https://discord.com/api/webhooks/123456789012345678/${chance(60)}q7Rk2Ztw`],
    ['Telegram bot token', `8890891936:AA${chance(33)}`],
    ['Telegram bot token', `https://api.telegram.org/bot8890891936:AA${chance(33)}/sendMessage`],
    ['Notion token', `ntn_${chance(46)}`],
    ['Notion token', `secret_${chance(43)}`],
    ['Supabase key', `sbp_${hex(40)}`],
    ['Supabase key', `sb_secret_${chance(31)}`],
    ['Airtable token', `pat${chance(14)}.${hex(64)}`],
    ['Postman API key', `PMAK-${hex(24)}-${hex(34)}`],
    ['Doppler token', `dp.st.dev.${chance(43)}`],
    ['Heroku API key', `HRKU-AA${chance(58)}`],
    ['Twilio API key', `SK${hex(32)}`],
    ['Mailgun API key', `key-${hex(32)}`],
    ['Mailgun API key', `${hex(32)}-${hex(8)}-${hex(8)}`],
    ['age secret key', `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`],
    ['Braintrust API key', `bt-st-${chance(40)}`],
    ['Anyscale API key', `esecret_${chance(26)}`],
    ['Vercel token', `vck_${chance(56)}`],
    [
      'encrypted JSON web token',
      `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..${chance(16)}.${chance(60)}.${chance(22)}`,
    ],
    ['Groq API key', `gsk_${chance(52)}`],
    ['xAI API key', `xai-${chance(80)}`],
    ['Hugging Face token', `hf_${'qRkZtVxLpWmTyNcBsHgJdFvKeXuQaPiYoG'}`],
    ['Replicate API token', `r8_${chance(37)}`],
    ['Together API key', `tgp_v1_${chance(43)}`],
    ['Fireworks API key', `fw_${chance(24)}`],
    ['Cerebras API key', `csk-${hex(48)}`],
    ['Perplexity API key', `pplx-${chance(48)}`],
    ['Tavily API key', `tvly-dev-${chance(32)}`],
    ['Brave Search API key', `BSA${chance(28)}`],
    ['NVIDIA API key', `nvapi-${chance(64)}`],
    ['Databricks token', `dapi${hex(32)}`],
    ['LangSmith API key', `lsv2_pt_${hex(32)}_${hex(10)}`],
    ['Pinecone API key', `pcsk_${chance(6)}_${chance(60)}`],
    ['Stripe key', `sk_${'live'}_${chance(24)}`],
    ['GitHub token', `ghp_${chance(36)}`],
    ['GitHub token', `github_pat_${chance(22)}_${chance(59)}`],
    ['GitLab token', `glpat-${chance(20)}`],
    ['npm token', `npm_${chance(36)}`],
    ['Slack token', `xoxb-123456789012-${chance(24)}`],
    ['SendGrid API key', `SG.${chance(22)}.${chance(43)}`],
    ['Linear API key', `lin_api_${chance(40)}`],
    ['JSON web token', `eyJ${chance(30)}.eyJ${chance(60)}.${chance(43)}`],
    [
      'private key',
      `-----BEGIN RSA PRIVATE ${'KEY'}-----\n${chance(64)}\n${chance(64)}\n-----END RSA PRIVATE KEY-----`,
    ],
    ['private key', `-----BEGIN PRIVATE ${'KEY'}-----\\n${chance(64)}\\n${chance(64)} and cut off`],
    ['Fixture Registry token', 'fr_12_0123456789abcdef0123456789abcdef012345671ef61b94'],
    ['password in a URL', `see postgres://app:${chance(16)}@db.internal:5432/x`],
    ['password in a URL', `see https://maria:${chance(16)}@proxy.internal/`],
    ['token in a URL', `git clone https://${chance(32)}@github.com/a/b`],
    ['URL parameter key', `GET https://x.googleapis.com/v1?key=${chance(39)}&alt=sse`],
    ['URL parameter sig', `https://a.blob.core.windows.net/c/f?sv=2024&sig=${chance(43)}%3D&se=1`],
    ['header authorization', `curl -H "Authorization: Bearer ${chance(40)}"`],
    ['header cookie', `{"cookie": "${chance(40)}"}`],
    ['field tavily_search_api_key', `X-Provider-Data: {"tavily_search_api_key": "${chance(32)}"}`],
    ['field mistral_api_key', `MISTRAL_API_KEY=${chance(32)}`],
  ])('%s: %s', (kind, secret) => {
    expect(inText(`before ${secret} behind`)).toEqual([kind]);
    expect(inText(secret)).toEqual([kind]);
  });

  it.each([
    'sk-learn-estimator-container-and-more-words',
    'task-1234567890abcdef1234567890abcdef1234',
    'Bearer YOUR_API_KEY',
    'Authorization: Bearer {access_token}',
    'api_key=<your api key>',
    'OPENAI_API_KEY = "your_openai_api_key_goes_here_1"',
    'AKIAIOSFODNN7EXAMPLE',
    `sk-${'x'.repeat(48)}`,
    'https://user:password@example.com/',
    'postgres://postgres:postgres@localhost/db',
    'https://example.com/?key=value&token=abc',
    'https://example.com/?page_token=first',
    'REDACTED_openai_api_key_1a2b3c4d',
    'file-d7cee10212814cfcb75cc091eee11688',
    'chatcmpl-d7cee10212814cfcb75cc091eee11688',
    'the token: authentication, then the password: required',
    'fr_12_0123456789abcdef0123456789abcdef0123456700000000',
    // From vendors' documentation and emulators.
    'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'export AWS_SECRET_ACCESS_KEY=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
    `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.${chance(43)}`,
    'Authorization: Basic dXNlcjpwYXNzd29yZA==',
    'Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    'OpenAI(api_key="sk-1234567890abcdef1234567890abcdef")',
    'HF_TOKEN="hf_abcdefghijklmnopqrstuvwxyz123456"',
    'api_key="sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"',
    `ghp_${'16C7e42F292c6912E771'}${'0c838347Ae178B4a'}`,
    'redis://:s3cret@localhost:6379/0',
    'postgresql://app:mysecretpassword@db:5432/app',
    'mongodb://maria:correct-horse@127.0.0.1/test',
    'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
    // Names that only start like keys.
    'AQ.pattern-of-words-and-more-words-only',
    'the path of the pattern.sk and SKU0123456789',
    'monkey-0123456789abcdef0123456789abcdef',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----',
    `https://news.example/tech/ai?gaa_at=eafs&gaa_n=${chance(60)}&gaa_ts=69b98f44&gaa_sig=${chance(86)}%3D%3D`,
  ])('ignores %s', (text) => {
    expect(inText(`before ${text} behind`)).toEqual([]);
  });

  it('ignores bytes that are no text where a URL would name a user', () => {
    const noise = Buffer.from('cc684133fff9b1d25a6b39e4d571def0c2b3d84be6b7c935', 'hex');
    const user = Buffer.concat([Buffer.from([0xff, 0, 0x3a, 0x2f, 0x2f]), noise, Buffer.from('@example')]);
    const password = Buffer.concat([
      Buffer.from('\0://me:'),
      noise,
      Buffer.from([1]),
      noise,
      Buffer.from('@h'),
    ]);
    expect(scan(user)).toEqual([]);
    expect(scan(password)).toEqual([]);
  });

  it('ignores a random key prefix within encoded data', () => {
    const encoded = `${chance(400)}-${'ghp'}_${chance(300)}`;
    expect(found({ embedding: encoded })).toEqual([]);
    expect(found({ embedding: `${chance(400)} ${'ghp'}_${chance(36)}` })).toHaveLength(1);
  });

  it('locates the value of an AWS secret, not its name', () => {
    const [finding] = scan(JSON.stringify({ text: `AWS_SECRET_ACCESS_KEY=${chance(40)} and more` }));
    expect(finding?.masked).toBe(`q7Rk…${chance(40).slice(-4)}`);
  });

  it('recognises a token of a fixture registry by its checksum', () => {
    const token = 'fr_12_0123456789abcdef0123456789abcdef012345671ef61b94';
    expect(inText(token)).toEqual(['Fixture Registry token']);
    expect(inText(token.replace('fr_12', 'fr_13'))).toEqual([]);
  });
});

describe('headers and fields by their names', () => {
  it.each<[string, JsonValue, string]>([
    ['authorization', 'Bearer 91fc2-hello', 'header authorization'],
    ['Authorization', ['Basic bWFyaWE6aHVudGVyMg=='], 'header authorization'],
    ['X-API-Key', hex(32), 'header x-api-key'],
    ['api-key', hex(32), 'header api-key'],
    ['x-goog-api-key', 'something-of-34', 'header x-goog-api-key'],
    ['Set-Cookie', 'sid=k3.jd82-ha; path=/; expires=Sat, 22-Nov-25; HttpOnly', 'header set-cookie'],
    ['api_key', 'hunter2hunter2', 'field api_key'],
    ['clientSecret', 'a8f3-k2l9', 'field clientsecret'],
    ['OPENAI_API_KEY', 'local-84hf1', 'field openai_api_key'],
  ])('finds %s: %j', (name, value, kind) => {
    expect(found(recording(null, { headers: { [name]: value } }))).toEqual([
      [kind, expect.stringMatching(/^\$\.request\.headers/)],
    ]);
  });

  it.each<[string, JsonValue]>([
    ['authorization', 'Bearer test'],
    ['authorization', 'Bearer <redacted>'],
    ['authorization', 'Bearer ***'],
    ['authorization', 'Bearer dummy-token'],
    ['authorization', 'Bearer fake_api_key'],
    ['authorization', 'REDACTED_header_authorization_1a2b3c4d'],
    ['x-api-key', ''],
    ['api_key', 'not-needed'],
    ['api_key', 'your-api-key-1234'],
    ['api_key', 'The key of the provider, 32 characters'],
    ['api_key', { type: 'string', description: 'the key' }],
    ['password', '$PASSWORD_1'],
    ['set-cookie', 'theme=x; Path=/; Max-Age=1234567890'],
    ['token', ' the12345'],
  ])('ignores %s: %j', (name, value) => {
    expect(found(recording(null, { headers: { [name]: value } }))).toEqual([]);
  });

  it('finds headers in pairs and in objects with name and value', () => {
    const headers = [['Authorization', 'Bearer 91fc2-hello']];
    expect(found(recording(null, { headers }))).toEqual([
      ['header authorization', '$.request.headers[0][1]'],
    ]);
    const har = [{ name: 'Authorization', value: 'Bearer 91fc2-hello' }];
    expect(found(recording(null, { headers: har }))).toEqual([
      ['header authorization', '$.request.headers[0].value'],
    ]);
  });
});

describe('finds a secret', () => {
  const chunk = (content: string, index = 0): JsonValue => ({
    object: 'chat.completion.chunk',
    choices: [{ index, delta: { content } }],
  });
  const cut = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];

  it('in a text of the response', () => {
    const body = { choices: [{ message: { content: `The key is ${OPENAI}.` } }] };
    expect(scan(JSON.stringify(recording(body)))).toEqual([
      {
        kind: 'OpenAI API key',
        certainty: 'CERTAIN',
        place: '$.response.body.choices[0].message.content',
        masked: `sk-p…${OPENAI.slice(-4)}`,
      },
    ]);
  });

  it('split over the chunks of a stream', () => {
    const body = ['Here: ', ...cut(OPENAI, 7), '.'].map((text) => chunk(text));
    const [first, ...others] = found(recording(body));
    expect(first).toEqual(['OpenAI API key', '$.response.body[1].choices[0].delta.content … to [8]']);
    expect(others).toEqual([]);
  });

  it('split over chunks that are wrapped', () => {
    const body = cut(OPENAI, 5).map((text) => ({ __type__: 'Chunk', __data__: chunk(text) as never }));
    expect(found(recording(body))).toEqual([
      ['OpenAI API key', '$.response.body[0].__data__.choices[0].delta.content … to [11]'],
    ]);
  });

  it('split over chunks of two choices in turn', () => {
    const body = cut(OPENAI, 9).flatMap((text) => [chunk(text, 0), chunk('and more ', 1)]);
    expect(found(recording(body))).toEqual([
      ['OpenAI API key', '$.response, reassembled: $.choices[0].message.content'],
    ]);
  });

  it('split over the arguments of a tool call', () => {
    const body = cut(`{"key": "${OPENAI}"}`, 6).map((text) => ({
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }],
    }));
    expect(found(recording(body))[0]?.[1]).toMatch(/delta\.tool_calls\[0\]\.function\.arguments … to/);
  });

  it('split over server-sent events that were recorded as text', () => {
    const lines = cut(OPENAI, 9).map((text) => `data: ${JSON.stringify(chunk(text))}\n\n`);
    expect(found(recording(lines.join('')))).toEqual([
      ['OpenAI API key', '$.response, reassembled: $.choices[0].message.content'],
    ]);
  });

  it('split over tokens of log probabilities, and over their bytes', () => {
    const tokens = cut(OPENAI, 3).map((token) => ({ token, logprob: -0.1 }));
    expect(found({ logprobs: { content: tokens } })[0]?.[1]).toMatch(
      /^\$\.logprobs\.content\[0\]\.token … to/,
    );
    const bytes = cut(OPENAI, 3).map((token) => ({ bytes: [...Buffer.from(token)] }));
    expect(found({ logprobs: { content: bytes } })[0]?.[1]).toMatch(
      /^\$\.logprobs\.content\[0\]\.bytes … to/,
    );
  });

  it('split over a list of strings', () => {
    expect(found({ body: cut(OPENAI, 8) })).toEqual([['OpenAI API key', '$.body[0] … to [6]']]);
  });

  it('in escaped text', () => {
    const escaped = [...OPENAI].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    expect(scan(`{"a": "${escaped}"}`)).toEqual([
      expect.objectContaining({ kind: 'OpenAI API key', place: '$.a' }),
    ]);
    expect(scan(`{"a": ${JSON.stringify(`{"b": "${escaped}"}`)}}`)[0]?.place).toBe(
      '$.a, after resolving escapes',
    );
    expect(scan(`{"a": "${escaped}"`)[0]?.place).toBe('line 1, after resolving escapes');
  });

  it('in base64, in base64 of base64, in compressed base64, and in lines of base64', () => {
    const once = Buffer.from(`config: ${OPENAI}`).toString('base64');
    const twice = Buffer.from(`again ${once}`).toString('base64');
    const packed = gzipSync(`config: ${OPENAI}`).toString('base64');
    const lines = Buffer.from(`${'x'.repeat(60)} ${OPENAI} ${'y'.repeat(60)}`)
      .toString('base64')
      .replace(/.{64}/g, '$&\n');
    for (const text of [once, twice, packed, lines, `data:text/plain;base64,${once}`, `files/${once}`]) {
      expect(found({ a: { text } }), text).toEqual([['OpenAI API key', '$.a.text, in base64']]);
    }
  });

  it('in base64 of base64 of base64, and in compressed base64 without a signature', () => {
    const encode = (text: string) => Buffer.from(text).toString('base64');
    const thrice = encode(`a ${encode(`b ${encode(`c: ${OPENAI}`)}`)}`);
    const text = `config: ${OPENAI} and some more words around it`;
    for (const hidden of [
      thrice,
      brotliCompressSync(text),
      deflateRawSync(text),
      Buffer.from(text, 'utf16le'),
    ]) {
      const value = typeof hidden === 'string' ? hidden : hidden.toString('base64');
      expect(found({ a: value }), value).toEqual([['OpenAI API key', '$.a, in base64']]);
    }
  });

  it('in hex, also of UTF-16', () => {
    for (const encoding of ['utf8', 'utf16le'] as const) {
      const value = `0x ${Buffer.from(`key=${OPENAI}`, encoding).toString('hex')}`;
      expect(found({ a: value })).toEqual([['OpenAI API key', '$.a, in hex']]);
    }
  });

  it.each([
    ['after percent-decoding', OPENAI.replaceAll('-', '%2D')],
    ['after resolving HTML entities', OPENAI.replaceAll('-', '&#45;')],
    ['after resolving HTML entities', OPENAI.replaceAll('-', '&#x2d;')],
    ['after resolving escapes', OPENAI.replaceAll('-', '\\x2d')],
    ['after removing invisible characters', [...OPENAI].join('\u200b')],
    ['after removing invisible characters', OPENAI.replaceAll('-', '%2D\u2060')],
  ])('%s: %j', (how, value) => {
    expect(found({ a: `x ${value} y` })).toEqual([['OpenAI API key', `$.a, ${how}`]]);
  });

  it('split over lines of JSON: in a text, and in a file of such lines', () => {
    const lines = cut(OPENAI, 7).map((response) => JSON.stringify({ model: 'm', response, done: false }));
    expect(found({ a: lines.join('\n') })).toEqual([
      ['OpenAI API key', '$.a, parsed as JSON: $[0].response … to [7]'],
    ]);
    expect(scan(lines.join('\n'))).toEqual([
      expect.objectContaining({ place: 'the file, parsed as JSON: $[0].response … to [7]' }),
    ]);
    expect(found({ a: `[${lines.join(',')}]` })).toHaveLength(1);
  });

  it('in base64 after more than 8 MiB of it', () => {
    const before = Buffer.alloc(9 * 1024 * 1024, 'lorem ipsum ').toString('base64');
    const text = `${before} ${Buffer.from(`key: ${OPENAI}`).toString('base64')}`;
    expect(scan(text)).toEqual([expect.objectContaining({ place: 'line 1, in base64' })]);
  });

  it('in an exception', () => {
    const response = { is_exception: true, exception_message: `Incorrect API key provided: ${OPENAI}` };
    expect(found({ ...recording(null), response })[0]?.[1]).toBe('$.response.exception_message');
  });

  it('in the name of a field, and masks it in the place', () => {
    const [finding] = scan(JSON.stringify({ a: { [OPENAI]: { b: OPENAI } } }));
    expect(finding?.place).toBe('the field name $.a.…');
    for (const { place } of scan(JSON.stringify({ a: { [OPENAI]: { b: OPENAI } } })))
      expect(place).not.toContain(OPENAI);
  });

  it('in a field that a later duplicate replaces', () => {
    expect(scan(`{"a": {"b": ["${OPENAI}"], "b": []}}`)[0]?.place).toBe('$.a.b[0]');
    expect(scan('{"headers": {"x-api-key": "84hf1-k2l9", "x-api-key": "***"}}')[0]?.kind).toBe(
      'header x-api-key',
    );
  });

  it('in a file that is not JSON, with its line', () => {
    expect(scan(`one\ntwo\nkey: ${OPENAI}\n`)).toEqual([expect.objectContaining({ place: 'line 3' })]);
  });

  it('in a file that is not UTF-8, in UTF-16, and compressed', () => {
    const latin = Buffer.concat([Buffer.from([0xe9, 0x0a]), Buffer.from(OPENAI)]);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`a\n${OPENAI}`, 'utf16le')]);
    const swapped = Buffer.concat([
      Buffer.from([0xfe, 0xff]),
      Buffer.from(`a\n${OPENAI}`, 'utf16le').swap16(),
    ]);
    const unmarked = [utf16, swapped].map((bytes) => bytes.subarray(2));
    for (const bytes of [latin, utf16, swapped, ...unmarked, gzipSync(`a\n${OPENAI}`)]) {
      expect(scan(bytes)).toEqual([expect.objectContaining({ kind: 'OpenAI API key', place: 'line 2' })]);
    }
  });

  it('near the end of a large file', () => {
    const text = `{"a": "${'lorem ipsum '.repeat(450_000)}", "b": "${OPENAI}"}`;
    expect(scan(text)).toEqual([expect.objectContaining({ kind: 'OpenAI API key', place: '$.b' })]);
  });

  it('in a text that disables other scanners', () => {
    expect(inText(`secretlint-disable ${OPENAI} npm_${chance(36)}`)).toEqual(['OpenAI API key', 'npm token']);
  });
});

describe('time', () => {
  const long = (piece: string) =>
    piece.repeat(Math.ceil((4 * 1024 * 1024 - 64) / piece.length)).slice(0, 4 * 1024 * 1024 - 64);

  it.each([
    'sk-',
    '://a:b@',
    '-----BEGIN PRIVATE KEY-----',
    'xoxb-a-',
    `SG.${'a_'.repeat(60)}.${'a'.repeat(120)}`,
    `http://${'a'.repeat(250)}:x-oauth-basic@g`,
    `mongodb://${'a'.repeat(99)}:${'b'.repeat(199)}`,
    'authorization: ',
    'a_b_c_d_api_',
    '&a_key',
    `eyJ${'a'.repeat(40)}.`,
    'c2stcHJvai1xN1JrMlp0Vjl4THBX\n',
    '\\\\u0073',
    'a=b;',
    '%2D',
    '&#45;',
    'a\u200b',
    '{"a":"b"}\n',
    '{"a":',
    '6b65792d',
    'YWFhYWFhYWFh',
    'AQ.',
    `${'a'.repeat(32)}-`,
    'cookie: a=bcdefgh1; ',
    'cookie:\n- a=b;\n',
    'password:\n',
    'set-cookie: ',
    'x #',
  ])('stays bounded for 4 MiB of %j', (piece) => {
    for (const bytes of [
      Buffer.from(JSON.stringify({ 'set-cookie': long(piece) })),
      Buffer.from(long(piece)),
    ]) {
      // Processor time, so that other processes do not count.
      const started = process.cpuUsage();
      findSecrets(bytes, openRecording(bytes));
      expect(process.cpuUsage(started).user / 1_000).toBeLessThan(15_000);
    }
  });
});
