import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerAndName, planOf, pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

const REPOSITORY = 'acme/secret';
const FILES = { 'tests/recordings/a.json': '{"a": 1}' };

describe('pages of a private repository', () => {
  let registry: TestRegistry;
  let reader: string;

  beforeAll(async () => {
    registry = await startRegistry();
    await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add: FILES });
    await pushFiles(registry, { repository: 'acme/open', ref: { branch: 'main' }, add: FILES });
    await registry.ask(
      'mutation { changeRepository(input: {owner: "acme", name: "open", visibility: PUBLIC}) { __typename } }',
    );
    const made = await registry.command('token', 'create', '--repository', REPOSITORY, '--scope', 'read');
    reader = made.stdout.trim();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function signIn(token: string, back = '/'): Promise<{ response: Response; cookie: string }> {
    const response = await sendForm(registry, '/-/sign-in', { token, return: back });
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
    return { response, cookie };
  }

  it('look like those of a missing repository without permission', async () => {
    for (const page of ['', '/pull/1', '/models', '/recordings', '/recording?path=tests/recordings/a.json']) {
      const [hidden, missing] = await Promise.all(
        ['acme/secret', 'acme/nosuch'].map((name) => openPage(registry, `/${name}${page}`, { token: null })),
      );
      expect(hidden?.status).toBe(404);
      expect(hidden?.html.replaceAll('secret', 'nosuch')).toBe(missing?.html);
      expect(missing?.status).toBe(404);
      expect(hidden?.links('main')).toEqual({
        'sign in with a token': `/-/sign-in?return=${encodeURIComponent(`/${REPOSITORY}${page}`)}`,
      });
    }
    expect((await openPage(registry, '/', { token: null })).texts('main tbody th a')).toEqual(['acme/open']);
  });

  it('open after signing in with a token, which returns to the requested page', async () => {
    const form = await openPage(registry, `/-/sign-in?return=/${REPOSITORY}`, { token: null });
    expect(form.all('input[name=return]')[0]?.getAttribute('value')).toBe(`/${REPOSITORY}`);
    expect(form.all('label[for=token]')).toHaveLength(1);

    const { response, cookie } = await signIn(reader, `/${REPOSITORY}?at=main`);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/${REPOSITORY}?at=main`]);
    const attributes = (response.headers.get('set-cookie') ?? '').split('; ').slice(1);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Lax']);
    const page = await openPage(registry, `/${REPOSITORY}`, { token: null, headers: { cookie } });
    expect([page.status, page.text('h1')]).toEqual([200, REPOSITORY]);
    const home = await openPage(registry, '/', { token: null, headers: { cookie } });
    expect(home.texts('main tbody th a')).toEqual(['acme/open', REPOSITORY]);
    // The authorization header overrides the session.
    const bad = { cookie, authorization: 'Bearer nonsense' };
    expect((await openPage(registry, `/${REPOSITORY}`, { token: null, headers: bad })).status).toBe(401);

    const out = await sendForm(registry, '/-/sign-out', {}, { cookie });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/']);
    expect(out.headers.get('set-cookie')).toMatch(/=;.*Max-Age=0/);
  });

  it('set a Secure cookie when the public URL is https', async () => {
    await using secure = await startRegistry({
      environment: { FIXTURE_REGISTRY_PUBLIC_URL: 'https://fixtures.example.com' },
    });
    const answer = await sendForm(secure, '/-/sign-in', { token: secure.adminToken, return: '/' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure(;|$)/);
  });

  it('report an invalid token, and never redirect to another site', async () => {
    for (const [token, message] of [
      [reader.replace(/.$/, (last) => (last === '0' ? '1' : '0')), 'mistyped, expired or revoked'],
      ['two words', 'mistyped, expired or revoked'],
      ['', 'Paste a token'],
    ] as const) {
      const { response } = await signIn(token);
      expect(response.status).toBe(401);
      expect(response.headers.get('set-cookie')).toBeNull();
      const text = await response.text();
      expect(text).toContain(message);
      if (token !== '') expect(text).not.toContain(token);
    }
    const away = await signIn(reader, '//elsewhere.example/');
    expect(away.response.headers.get('location')).toBe('/');
  });

  it('are all that the session opens: GraphQL and contents require the header', async () => {
    const { cookie } = await signIn(registry.adminToken);
    const graphql = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ repository(owner: "acme", name: "secret") { id } }' }),
    });
    expect(await graphql.json()).toEqual({ data: { repository: null } });
    const archive = await fetch(`${registry.url}/-/${REPOSITORY}/archive.zip`, { headers: { cookie } });
    expect(archive.status).toBe(404);
    await archive.arrayBuffer();
  });

  it('reject forms from other sites', async () => {
    for (const path of ['/-/sign-in', '/-/sign-out']) {
      const fields = { token: reader, return: '/' };
      const answer = await sendForm(registry, path, fields, { 'sec-fetch-site': 'cross-site' });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('set-cookie')).toBeNull();
      await answer.arrayBuffer();
    }
  });

  it('are hidden again when the token is revoked', async () => {
    const made = await registry.ask<{ createToken: { token: string; tokenId: number } }>(
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token tokenId } } }',
      { input: { ...ownerAndName(REPOSITORY), scope: 'READ' } },
    );
    const { cookie } = await signIn(made.createToken.token);
    expect((await openPage(registry, `/${REPOSITORY}`, { token: null, headers: { cookie } })).status).toBe(
      200,
    );
    await registry.command('token', 'revoke', String(made.createToken.tokenId));
    const closed = await openPage(registry, `/${REPOSITORY}`, { token: null, headers: { cookie } });
    expect(closed.status).toBe(404);
    expect(closed.headers.get('set-cookie')).toMatch(/Max-Age=0/);
    expect((await planOf(registry, REPOSITORY, {}, reader)).__typename).toBe('PullPlan');
  });

  it('send headers that block scripts, framing and referrers', async () => {
    const pages = [
      '/',
      `/${REPOSITORY}`,
      '/acme/nosuch',
      '/-/sign-in',
      `/${REPOSITORY}/recording/file?path=x`,
    ];
    for (const path of pages) {
      const { headers } = await openPage(registry, path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src|unsafe/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toContain('no-store');
    }
    const sheet = await openPage(registry, '/-/style.css', { token: null });
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    // GraphiQL needs its own script, and no other may run; see test/attacks/content.test.ts.
    const explorer = await fetch(`${registry.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(explorer.headers.get('content-security-policy')).toMatch(/script-src 'sha256-[\w+/]{43}=';/);
    expect(await explorer.text()).toContain('<script');
  });
});
