import { gzipSync } from 'node:zlib';
import { digestOf, pack, writeArchive } from '@fixture-registry/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askToPush, ownerAndName, pushFiles, type RefArgument } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { chance, chunksOf, cut, openaiKey } from '../support/sample-keys.js';

const KEY = openaiKey();
const PATH = 'tests/recordings/a.json';
const ALLOW = `secrets: {allow: [{path: '${PATH}', reason: it is none}]}\n`;

interface Receipt {
  stored: number;
  present: number;
  refused: {
    digest: string;
    message: string;
    path?: string;
    findings?: { kind: string; place: string; masked: string }[];
  }[];
}

const request = {
  method: 'POST',
  url: 'http://provider.invalid/v1/chat/completions',
  headers: {},
  body: { model: 'm' },
};
const recording = (response: object, more: object = {}) =>
  JSON.stringify({ test_id: 'tests/a.py::test_a', request: { ...request, ...more }, response });

describe('secrets', () => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(async () => {
    repository = `acme/secrets-${++repositories}`;
    await pushFiles(registry, {
      repository,
      ref: { branch: 'main' },
      add: { 'recordings/first.json': '{}' },
    });
  });

  /** Uploads contents under the names that an attacker chooses. */
  async function upload(
    contents: { bytes: string | Uint8Array; name?: string }[],
    query = '',
    token = registry.adminToken,
  ): Promise<Receipt> {
    const entries = contents.map(({ bytes, name }) => ({
      ...pack(Buffer.from(bytes)),
      name: name ?? digestOf(Buffer.from(bytes)),
    }));
    const parts: Uint8Array[] = [];
    for await (const part of writeArchive(entries)) parts.push(part);
    const response = await fetch(`${registry.url}/-/${repository}/content${query}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/zip' },
      body: Buffer.concat(parts),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Receipt;
  }
  const named = (text: string, path = PATH) => ({
    bytes: text,
    name: `${digestOf(Buffer.from(text))}/${path}`,
  });
  const pushed = (
    text: string,
    more: { ref?: RefArgument; path?: string; settings?: string; token?: string } = {},
  ) => {
    const { ref = { branch: 'main' }, path = PATH, ...rest } = more;
    return askToPush(registry, { repository, ref, add: { [path]: text }, ...rest });
  };

  it.each<[string, string | Uint8Array, string]>([
    [
      'split over the chunks of a stream',
      recording({ is_streaming: true, body: chunksOf(cut(KEY, 6)) }),
      '$.response.body[0].choices[0].delta.content … to [9]',
    ],
    [
      'split over server-sent events recorded as text',
      recording({
        is_streaming: true,
        body: chunksOf(cut(KEY, 6))
          .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
          .join(''),
      }),
      '$.response, reassembled: $.choices[0].message.content',
    ],
    [
      'encoded in base64',
      recording({ body: { image: Buffer.from(`# ${KEY}`).toString('base64') } }),
      '$.response.body.image, in base64',
    ],
    [
      'compressed with gzip and encoded in base64',
      recording({ body: { file: gzipSync(`key=${KEY}`).toString('base64') } }),
      '$.response.body.file, in base64',
    ],
    [
      'written with JSON escapes',
      recording({ body: 'KEY' }).replace(
        'KEY',
        [...KEY].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join(''),
      ),
      '$.response.body',
    ],
    [
      'written as the user of a URL',
      recording({ body: null }, { url: `https://maria:${chance(16)}@provider.invalid/v1/chat/completions` }),
      '$.request.url',
    ],
    [
      'written as a parameter of a URL',
      recording({ body: null }, { url: `https://p.invalid/v1?key=${chance(39)}` }),
      '$.request.url',
    ],
    [
      'in a header and without a known format',
      recording({ body: null }, { headers: { 'api-key': chance(32) } }),
      '$.request.headers.api-key',
    ],
    [
      'in a cookie',
      recording({ body: null, headers: { 'Set-Cookie': `sid=${chance(24)}; Path=/` } }),
      '$.response.headers.Set-Cookie',
    ],
    [
      'only in the text of an exception',
      recording({ is_exception: true, exception_message: `Incorrect API key: ${KEY}` }),
      '$.response.exception_message',
    ],
    [
      'in the test ID',
      JSON.stringify({ test_id: `tests/a.py::t[${KEY}]`, request, response: { body: null } }),
      '$.test_id',
    ],
    ['in a field that a duplicate field hides', `{"a": "${KEY}", "a": ""}`, '$.a'],
    [
      'next to comments that disable other scanners',
      recording({ body: `secretlint-disable gitleaks:allow ${KEY}` }),
      '$.response.body',
    ],
    ['in a truncated JSON file', `{"a": "${KEY}`, 'line 1'],
    ['in a file that is not UTF-8', Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(KEY)]), 'line 2'],
    ['in a gzip file', gzipSync(`\n${KEY}`), 'line 2'],
    ['after 4 MiB that are not parsed', `${'x '.repeat(2_200_000)}\n${KEY}`, 'line 2'],
  ])('a secret %s is not stored', async (_, content, place) => {
    const { stored, refused } = await upload([{ bytes: content }]);
    expect(stored).toBe(0);
    expect(refused[0]?.findings?.map((finding) => finding.place)).toContain(place);
    expect(JSON.stringify(refused)).not.toContain(KEY);
    const bytes = Buffer.from(content);
    const again = await askToPush(registry, { repository, ref: { branch: 'main' }, add: { [PATH]: bytes } });
    expect(again).toMatchObject({ __typename: 'ContentMissing', digests: [digestOf(bytes)] });
  });

  const leaking = recording({ body: `Take ${KEY}.` });

  it('a secret in the path of a recording is refused, and the error masks it', async () => {
    await upload([{ bytes: '[]' }]);
    const answer = await pushed('[]', { path: `recordings/${KEY}.json` });
    expect(answer).toMatchObject({ __typename: 'SecretsFound' });
    expect(JSON.stringify(answer)).not.toContain(KEY);
  });

  it('settings in a pull request allow no secret, neither in the upload nor in the push', async () => {
    const settings = { bytes: ALLOW, name: 'settings' };
    expect(await upload([settings, named(leaking)], '?pullRequest=7&base=main')).toMatchObject({ stored: 0 });
    const answer = await pushed(leaking, { ref: { pullRequest: 7, base: 'main' }, settings: ALLOW });
    expect(answer).toMatchObject({ __typename: 'ContentMissing' });
  });

  it('a secret that was uploaded under a false branch is refused in the push of a pull request', async () => {
    const settings = { bytes: ALLOW, name: 'settings' };
    expect(await upload([settings, named(leaking)], '?branch=main')).toMatchObject({ stored: 1 });
    const answer = await pushed(leaking, { ref: { pullRequest: 7, base: 'main' }, settings: ALLOW });
    expect(answer).toMatchObject({ __typename: 'SecretsFound' });
  });

  it('a secret that is allowed at one path is refused at another', async () => {
    const settings = { bytes: ALLOW, name: 'settings' };
    expect(await upload([settings, named(leaking)], '?branch=main')).toMatchObject({ stored: 1 });
    expect(await pushed(leaking, { path: 'tests/recordings/b.json', settings: ALLOW })).toMatchObject({
      __typename: 'SecretsFound',
    });
    expect(await pushed(leaking, { settings: ALLOW })).toMatchObject({ __typename: 'Push', added: 1 });
  });

  it('settings that follow the contents in an upload allow no secret', async () => {
    const settings = { bytes: ALLOW, name: 'settings' };
    const { stored, refused } = await upload(
      [named('{}', 'recordings/x.json'), named(leaking), settings],
      '?branch=main',
    );
    expect(stored + refused.length).toBeGreaterThan(0);
    expect(refused).toContainEqual(
      expect.objectContaining({ digest: digestOf(Buffer.from(leaking)), path: PATH }),
    );
  });

  it('settings in an upload to a branch apply only if the caller can push to the branch', async () => {
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      `mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } ... on Problem { message } } }`,
      { input: { ...ownerAndName(repository), scope: 'WRITE', ref: 'pull/7' } },
    );
    const settings = { bytes: ALLOW, name: 'settings' };
    expect(await upload([settings, named(leaking)], '?branch=main', createToken.token)).toMatchObject({
      stored: 0,
    });
    expect(await upload([settings, named(leaking)], '?branch=main')).toMatchObject({ stored: 1 });
  });

  it('a content that is named with a path outside the directory is refused', async () => {
    const { stored, refused } = await upload([named('[1]', '../../a.json')]);
    expect(stored).toBe(0);
    expect(refused[0]?.message).toContain('its path');
  });

  it('a caller with a write token can neither allow secrets nor read which are allowed', async () => {
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      `mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }`,
      { input: { ...ownerAndName(repository), scope: 'WRITE' } },
    );
    const allow = `mutation ($input: AllowSecretInput!) { allowSecret(input: $input) { __typename } }`;
    const input = { ...ownerAndName(repository), path: '**', reason: 'please' };
    expect(await registry.ask(allow, { input }, createToken.token)).toEqual({
      allowSecret: { __typename: 'Forbidden' },
    });
    const read = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { secretAllowances { value } } }`;
    expect(await registry.ask(read, ownerAndName(repository), createToken.token)).toEqual({
      repository: { secretAllowances: null },
    });
  });

  it('a redaction stores nothing and requires write access', async () => {
    const archive = async () => {
      const parts: Uint8Array[] = [];
      const entry = { ...pack(Buffer.from(leaking)), name: digestOf(Buffer.from(leaking)) };
      for await (const part of writeArchive([entry])) parts.push(part);
      return Buffer.concat(parts);
    };
    const ask = async (headers: Record<string, string>) =>
      fetch(`${registry.url}/-/${repository}/redact`, {
        method: 'POST',
        headers: { 'content-type': 'application/zip', ...headers },
        body: await archive(),
      });
    expect((await ask({})).status).toBe(404);
    const { createToken } = await registry.ask<{ createToken: { token: string } }>(
      `mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }`,
      { input: { ...ownerAndName(repository), scope: 'READ' } },
    );
    expect((await ask({ authorization: `Bearer ${createToken.token}` })).status).toBe(403);
    const answer = await ask({ authorization: `Bearer ${registry.adminToken}` });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).includes(KEY)).toBe(false);
    expect(await pushed(leaking)).toMatchObject({ __typename: 'ContentMissing' });
  });

  it('a refused secret appears neither in the log nor in the audit log', async () => {
    await upload([named(leaking)]);
    await pushed('[]', { path: `recordings/${KEY}.json` });
    const { repository: told } = await registry.ask<{ repository: { audit: object } }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { audit(first: 50) { nodes { target detail } } } }`,
      ownerAndName(repository),
    );
    expect(JSON.stringify(told)).toContain('OpenAI API key');
    expect(JSON.stringify(told) + registry.output.stdout + registry.output.stderr).not.toContain(KEY);
  });
});
