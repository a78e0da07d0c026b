import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Claims, claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { askToPush, pullFiles, pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const AUDIENCE = 'https://fixtures.acme.example';
const REPOSITORY = 'acme/desk';
const claims = claimsOf({ repository: REPOSITORY, repositoryId: 4711 });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

describe.each(['embedded', 'postgres'] as const)('tokens, %s', (database) => {
  let issuer: OidcIssuer;
  let stranger: OidcIssuer;
  let registry: TestRegistry;
  beforeAll(async () => {
    [issuer, stranger] = await Promise.all([startOidcIssuer(), startOidcIssuer()]);
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: {
        FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
        FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
        FIXTURE_REGISTRY_OIDC_ALLOW: 'acme, friends/tool',
        FIXTURE_REGISTRY_RATE_LIMIT: '0',
      },
    });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: { 'tests/recordings/a.json': '"of main"' },
      token: await issuer.token(claims, AUDIENCE),
    });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
    await stranger[Symbol.asyncDispose]();
  });

  /** Status and error message of a query with a token. */
  async function ask(token: string): Promise<{ status: number; message: string }> {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ repository(owner: "acme", name: "desk") { id } }' }),
    });
    const answer = (await response.json()) as { error?: { message: string } };
    return { status: response.status, message: answer.error?.message ?? '' };
  }

  const sign = (change: Claims, audience = AUDIENCE) => issuer.token({ ...claims, ...change }, audience);

  it('a valid token is accepted', async () => {
    expect(await ask(await sign({}))).toEqual({ status: 200, message: '' });
    expect(await ask(await sign({}, `${AUDIENCE}/`))).toEqual({ status: 200, message: '' });
    expect(await ask(await sign({ exp: now() - 10 }))).toEqual({ status: 200, message: '' });
  });

  const refused: [string, () => Promise<string>, RegExp][] = [
    [
      'for another audience',
      () => sign({}, 'https://sts.amazonaws.com'),
      /audience is not https:\/\/fixtures/,
    ],
    ['for a look-alike audience', () => sign({}, `${AUDIENCE}.evil.example`), /audience is not/],
    ['without an audience', () => sign({ aud: undefined }), /audience is not|claim aud/],
    [
      'of another issuer',
      () => stranger.token(claims, AUDIENCE),
      /not from http|not signed with one of the issuer/,
    ],
    [
      'that names the issuer but is signed by another one',
      () => stranger.token({ ...claims, iss: issuer.url }, AUDIENCE),
      /not signed with one of the issuer's keys/,
    ],
    [
      'that is signed by the issuer but names another one',
      () => sign({ iss: 'https://token.actions.githubusercontent.com' }),
      /not from/,
    ],
    ['that expired', () => sign({ exp: now() - 120 }), /expired/],
    ['that never expires', () => sign({ exp: undefined }), /claim exp/],
    ['that is not valid yet', () => sign({ nbf: now() + 600 }), /not valid yet/],
    ['that is issued ten minutes in the future', () => sign({ iat: now() + 600 }), /not valid yet/],
    [
      'that was issued two hours ago and expires in a year',
      () => sign({ iat: now() - 7_200, exp: now() + 31_536_000 }),
      /expired/,
    ],
    [
      'with the algorithm none',
      async () => `${encode({ alg: 'none', typ: 'JWT' })}.${(await sign({})).split('.')[1]}.`,
      /signature algorithm is not accepted/,
    ],
    [
      'signed with the public key as an HS256 secret',
      async () => {
        const pem = createPublicKey({ key: issuer.key() as JsonWebKey, format: 'jwk' }).export({
          type: 'spki',
          format: 'pem',
        });
        const head = encode({ alg: 'HS256', typ: 'JWT', kid: issuer.key()['kid'] });
        const body = (await sign({})).split('.')[1];
        return `${head}.${body}.${createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url')}`;
      },
      /signature algorithm is not accepted/,
    ],
    [
      'with an unknown key ID',
      () => issuer.token(claims, AUDIENCE, ({ header }) => Object.assign(header, { kid: 'made-up' })),
      /not signed with one of the issuer's keys/,
    ],
    [
      'that contains its own key',
      () =>
        stranger.token({ ...claims, iss: issuer.url }, AUDIENCE, ({ header }) =>
          Object.assign(header, { jwk: stranger.key(), kid: issuer.key()['kid'] }),
        ),
      /signature is wrong/,
    ],
    [
      'whose payload was changed after signing',
      async () => {
        const [head, , signature] = (await sign({})).split('.');
        return `${head}.${encode({ ...claims, iss: issuer.url, aud: AUDIENCE, iat: now(), exp: now() + 300, repository: 'acme/vault' })}.${signature}`;
      },
      /signature is wrong/,
    ],
    [
      'of another owner',
      () => sign({ repository: 'evil/desk', repository_owner: 'evil' }),
      /may not use this registry/,
    ],
    [
      'of an owner with a similar name',
      () => sign({ repository: 'acme-inc/desk', repository_owner: 'acme-inc' }),
      /may not use this registry/,
    ],
    [
      'of an owner whose name contains a Cyrillic letter',
      () => sign({ repository: 'аcme/desk', repository_owner: 'аcme' }),
      /claim repository/,
    ],
    [
      'of another repository of an owner with one allowed repository',
      () => sign({ repository: 'friends/other', repository_owner: 'friends' }),
      /may not use this registry/,
    ],
    [
      'whose owner does not match its repository',
      () => sign({ repository: 'evil/desk', repository_owner: 'acme' }),
      /claim repository_owner/,
    ],
    ['without a repository', () => sign({ repository: undefined }), /claim repository/],
    ['whose repository ID is not a number', () => sign({ repository_id: 'seven' }), /claim repository_id/],
    ['whose repository ID is a list', () => sign({ repository_id: [4711] }), /claim repository_id/],
    ['without an owner ID', () => sign({ repository_owner_id: undefined }), /claim repository_owner_id/],
    ['without a ref', () => sign({ ref: undefined }), /claim ref/],
    [
      'that does not belong to a workflow run',
      () => sign({ event_name: undefined, run_id: undefined }),
      /claim event_name/,
    ],
    ['that is truncated', async () => (await sign({})).slice(0, -20), /signature is wrong/],
    ['that is malformed', async () => 'eyJ.e30.', /not from/],
  ];
  it.each(refused)('a token %s is refused with the reason', async (_what, make, why) => {
    const answer = await ask(await make());
    expect(answer).toEqual({ status: 401, message: expect.stringMatching(why) });
  });

  it('after a key rotation, a token signed with the old key is refused and one with the new key is accepted', async () => {
    const old = await sign({});
    expect((await ask(old)).status).toBe(200);
    await issuer.rotate();
    // Unknown key IDs must not cause a request to the issuer each time, so the registry waits between two.
    await sleep(2_100);
    expect((await ask(await sign({}))).status).toBe(200);
    expect(await ask(old)).toEqual({
      status: 401,
      message: expect.stringMatching(/not signed with one of the issuer's keys/),
    });
  });

  it('tokens with unknown key IDs do not make the registry fetch the keys each time', async () => {
    const before = issuer.keysAsked();
    for (let index = 0; index < 20; index++) {
      await ask(
        await issuer.token(claims, AUDIENCE, ({ header }) =>
          Object.assign(header, { kid: `made-up-${index}` }),
        ),
      );
    }
    expect(issuer.keysAsked() - before).toBeLessThanOrEqual(3);
  });

  it('a read token cannot write, and an expired or revoked token is refused', async () => {
    const create = async (scope: string, more = '') => {
      const made = await registry.ask<{ createToken: { tokenId: number; token: string } }>(
        `mutation { createToken(input: { owner: "acme", name: "desk", scope: ${scope} ${more} }) { ... on NewToken { tokenId token } } }`,
      );
      return made.createToken;
    };
    const push = (token: string) =>
      askToPush(registry, {
        repository: REPOSITORY,
        ref: { branch: 'main' },
        remove: ['tests/recordings/a.json'],
        token,
      });
    expect(await push((await create('READ')).token)).toMatchObject({ __typename: 'Forbidden' });

    const revoked = await create('WRITE');
    expect((await ask(revoked.token)).status).toBe(200);
    await registry.ask('mutation ($id: Int!) { revokeToken(id: $id) { __typename } }', {
      id: revoked.tokenId,
    });
    expect((await ask(revoked.token)).status).toBe(401);

    const short = await create('WRITE', `expiresAt: "${new Date(Date.now() + 1_500).toISOString()}"`);
    expect((await ask(short.token)).status).toBe(200);
    await sleep(1_600);
    expect((await ask(short.token)).status).toBe(401);
    expect(await pullFiles(registry, REPOSITORY, { ref: { branch: 'main' } })).toEqual({
      'tests/recordings/a.json': '"of main"',
    });
  });

  it('a token of the registry with one changed letter is refused', async () => {
    const made = await registry.ask<{ createToken: { token: string } }>(
      'mutation { createToken(input: { owner: "acme", name: "desk", scope: READ }) { ... on NewToken { token } } }',
    );
    const { token } = made.createToken;
    const other = token.slice(0, -12) + (token.at(-12) === 'a' ? 'b' : 'a') + token.slice(-11);
    expect((await ask(other)).status).toBe(401);
  });

  it.each([
    ['main', { branch: 'main' }, 'Push'],
    ['main', { branch: 'release/1' }, 'Forbidden'],
    ['main', { pullRequest: 5, base: 'main' }, 'Forbidden'],
    ['release/*', { branch: 'release/1' }, 'Push'],
    ['release/*', { branch: 'main' }, 'Forbidden'],
    ['pull/*', { pullRequest: 5, base: 'main' }, 'Push'],
    ['pull/5', { pullRequest: 55, base: 'main' }, 'Forbidden'],
  ] as const)('a token that is limited to %s and writes to %o gets %s', async (ref, target, expected) => {
    const made = await registry.ask<{ createToken: { token: string } }>(
      'mutation ($ref: String!) { createToken(input: { owner: "acme", name: "desk", scope: WRITE, ref: $ref }) { ... on NewToken { token } } }',
      { ref },
    );
    const answer = await askToPush(registry, {
      repository: REPOSITORY,
      ref: target,
      token: made.createToken.token,
    });
    expect(answer.__typename).toBe(expected);
  });

  it('a valid token gets status 503 with Retry-After, not 401, while the issuer is down', async () => {
    // A registry that has not fetched the keys of the issuer yet.
    await using fresh = await startRegistry({
      environment: {
        FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
        FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
        FIXTURE_REGISTRY_OIDC_ALLOW: 'acme',
      },
    });
    const token = await sign({});
    issuer.setDown(true);
    const askFresh = () =>
      fetch(`${fresh.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query":"{ __typename }"}',
      });
    const response = await askFresh();
    issuer.setDown(false);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3');
    await sleep(3_000);
    expect((await askFresh()).status).toBe(200);
  });
});

describe('a registry that allows no owner', () => {
  it('refuses the token of every workflow, and names the setting that the operator has to change', async () => {
    await using issuer = await startOidcIssuer();
    await using registry = await startRegistry({ environment: { FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url } });
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await issuer.token(claims, registry.url)}`,
      },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('FIXTURE_REGISTRY_OIDC_ALLOW');
  });
});
