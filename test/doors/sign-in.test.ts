import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type SignInGitHub, startSignInGitHub } from '../support/github-sign-in.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { beginSignIn, browse, CookieJar, signInWithGitHub } from '../support/sign-in.js';
import { openPage, sendForm } from '../support/web-page.js';

const SHOP = '/acme/shop';
const PULL_REQUEST = `${SHOP}/pull/7`;
const QUERY = '{ repository(owner: "acme", name: "shop") { visibility } }';
const weather = record({ test: 'tests/a.py::weather', ask: 'How is the weather?', say: 'It is sunny.' });

describe('without a GitHub app', () => {
  it('the token field is the only way to sign in', async () => {
    await using registry = await startRegistry();
    const form = await openPage(registry, '/-/sign-in', { token: null });
    expect(form.html).not.toContain('GitHub');
    expect((await openPage(registry, '/-/sign-in/github', { token: null })).status).toBe(404);
    expect(
      (await openPage(registry, '/-/sign-in/github/callback?code=a&state=b', { token: null })).status,
    ).toBe(404);
  });
});

describe('with a GitHub app', () => {
  let github: SignInGitHub;
  let registry: TestRegistry;
  /** Another process on the same database. */
  let second: TestRegistry;

  beforeAll(async () => {
    github = await startSignInGitHub();
    registry = await startRegistry({ postgresUrl: inject('postgresUrl'), environment: github.environment });
    second = await startRegistry({
      environment: {
        ...github.environment,
        DATABASE_URL: registry.databaseUrl ?? '',
        FIXTURE_REGISTRY_PUBLIC_URL: registry.url,
      },
    });
    await pushFiles(registry, { repository: 'acme/shop', ref: { branch: 'main' }, add: filesOf(weather) });
    await pushFiles(registry, {
      repository: 'acme/shop',
      ref: { pullRequest: 7, base: 'main' },
      add: { [weather.path]: weather.text.replace('sunny', 'rainy') },
    });
  });
  afterAll(async () => {
    await second[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    github.before = () => undefined;
    github.repositories.clear();
    github.share({ id: 1, fullName: 'acme/shop', ownerId: 65 }, { alice: 'write', bob: 'read' });
  });
  afterEach(() => {
    expect(github.violations.splice(0)).toEqual([]);
  });

  async function browserOf(login: string, back = '/'): Promise<CookieJar> {
    const jar = new CookieJar();
    const done = await signInWithGitHub(registry, github, { jar, login, back });
    expect([done.status, done.headers.get('location')]).toEqual([303, back]);
    return jar;
  }

  const pageOf = (jar: CookieJar, path: string, at = registry) =>
    openPage(at, path, { token: null, headers: { cookie: jar.header } });

  it('a page of a private repository offers GitHub first, and the sign-in returns to it', async () => {
    const page = await openPage(registry, `${PULL_REQUEST}?level=CONTENT`, { token: null });
    const back = `return=${encodeURIComponent(`${PULL_REQUEST}?level=CONTENT`)}`;
    expect(Object.entries(page.links('main'))).toEqual([
      ['sign in with GitHub', `/-/sign-in/github?${back}`],
      ['sign in with a token', `/-/sign-in?${back}`],
    ]);
    const form = await openPage(registry, `/-/sign-in?${back}`, { token: null });
    expect(form.links('main')).toEqual({ 'Sign in with GitHub': `/-/sign-in/github?${back}` });
    expect(form.all('main input[name=token]')).toHaveLength(1);
    const jar = await browserOf('bob', `${PULL_REQUEST}?level=CONTENT`);
    const opened = await pageOf(jar, PULL_REQUEST);
    expect([opened.status, opened.text('header')]).toEqual([200, expect.stringContaining('GitHub user bob')]);
    expect((await pageOf(jar, '/')).text('main')).toContain('This list has public repositories only');
  });

  it('a session opens the pages of every process', async () => {
    const jar = await browserOf('alice');
    expect((await pageOf(jar, SHOP, second)).status).toBe(200);
    expect((await pageOf(jar, '/acme/other', second)).text('main')).toContain('The GitHub account alice');
  });

  it('a sign-in that began at one process ends at another one', async () => {
    const jar = new CookieJar();
    const address = await github.authorize(await beginSignIn(registry, jar), 'alice');
    const { search, pathname } = new URL(address);
    const done = await browse(second, jar, pathname + search);
    expect([done.status, (await pageOf(jar, SHOP)).status]).toEqual([303, 200]);
  });

  it('a person who may write on GitHub accepts drift in their own name', async () => {
    const alice = await browserOf('alice');
    const page = await pageOf(alice, PULL_REQUEST);
    expect(page.text('form[action$="/accept"] button')).toBe('Accept as alice');
    expect(page.all('form[action$="/accept"] input[name=token]')).toEqual([]);
    const reader = await pageOf(await browserOf('bob'), PULL_REQUEST);
    expect(reader.all('form[action$="/accept"] input[name=token]')).toHaveLength(1);
    const snapshot = page.all('input[name=snapshot]')[0]?.getAttribute('value') ?? '';
    const fields = { snapshot, by: 'bob', level: '' };
    const done = await sendForm(registry, `${PULL_REQUEST}/accept`, fields, { cookie: alice.header });
    expect([done.status, done.headers.get('location')]).toEqual([303, PULL_REQUEST]);
    expect((await pageOf(alice, PULL_REQUEST)).text('main')).toContain('alice accepted the only change');
    const { repository } = await registry.ask<{ repository: { audit: { nodes: unknown[] } } }>(
      '{ repository(owner: "acme", name: "shop") { audit(first: 1) { nodes { action who actor outcome } } } }',
    );
    expect(repository.audit.nodes).toEqual([
      { action: 'ACCEPT', who: 'GitHub user alice', actor: 'alice', outcome: 'DONE' },
    ]);
  });

  it('GraphQL reads with the session of a page, of a person or a token', async () => {
    const withToken = new CookieJar();
    withToken.keep(await sendForm(registry, '/-/sign-in', { token: registry.adminToken, return: '/' }));
    for (const jar of [await browserOf('bob'), withToken]) {
      for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: registry.url }]) {
        const response = await browse(registry, jar, '/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
          body: JSON.stringify({ query: QUERY }),
        });
        expect(await response.json()).toEqual({ data: { repository: { visibility: 'PRIVATE' } } });
      }
    }
    const access = '{ viewer { name access(owner: "acme", name: "shop") { isKnown scope writesOnly } } }';
    const viewer = await browse(registry, await browserOf('alice'), '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ query: access }),
    });
    expect(await viewer.json()).toEqual({
      data: {
        viewer: { name: 'GitHub user alice', access: { isKnown: true, scope: 'READ', writesOnly: [] } },
      },
    });
    const stranger = await browse(registry, await browserOf('mallory'), '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ query: QUERY }),
    });
    expect(await stranger.json()).toEqual({ data: { repository: null } });
  });

  it('signs out, and offers to sign in again', async () => {
    const jar = await browserOf('alice');
    const headers = { 'sec-fetch-site': 'same-origin' };
    const out = await browse(registry, jar, '/-/sign-out', { method: 'POST', headers });
    expect([out.status, jar.header]).toEqual([303, '']);
    expect((await pageOf(jar, SHOP)).status).toBe(404);
  });

  it('uses cookies of this host alone when the public URL is https', async () => {
    await using secure = await startRegistry({
      environment: { ...github.environment, FIXTURE_REGISTRY_PUBLIC_URL: 'https://fixtures.example.com' },
    });
    const jar = new CookieJar();
    const address = await beginSignIn(secure, jar);
    expect(new URL(address).searchParams.get('redirect_uri')).toBe(
      'https://fixtures.example.com/-/sign-in/github/callback',
    );
    const { pathname, search } = new URL(await github.authorize(address, 'alice'));
    const done = await browse(secure, jar, pathname + search);
    const [cookie = ''] = done.headers.getSetCookie().filter((line) => line.includes('_github='));
    expect(cookie).toMatch(/^__Host-fixture_registry_github=/);
    expect(cookie.split('; ').slice(1).sort()).toEqual(
      ['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Lax', 'Secure'].sort(),
    );
  });

  describe('says what is wrong, and what to do', () => {
    const callback = '/api/v3/user';

    it('when the person declines at GitHub', async () => {
      const jar = new CookieJar();
      const address = await github.authorize(await beginSignIn(registry, jar), 'alice', 'deny');
      const page = await browse(registry, jar, address);
      expect([page.status, await page.text()]).toEqual([
        403,
        expect.stringContaining('You did not authorize this registry at GitHub'),
      ]);
    });

    it('when the organization requires single sign-on', async () => {
      const link = `${github.url}/orgs/acme/sso?authorization_request=1`;
      const jar = await browserOf('alice');
      github.before = () => ({
        status: 403,
        headers: { 'x-github-sso': `required; url=${link}` },
        body: { message: 'Resource protected by organization SAML enforcement.' },
      });
      const page = await pageOf(jar, SHOP);
      expect([page.status, page.text('.problem')]).toEqual([
        403,
        expect.stringContaining('single sign-on (SAML)'),
      ]);
      expect(page.links('main')['Continue at GitHub']).toBe(link);
    });

    it('when the organization did not approve the app', async () => {
      const jar = await browserOf('alice');
      const message = 'the `acme` organization has enabled OAuth App access restrictions <b>';
      github.before = () => ({ status: 403, body: { message } });
      expect((await pageOf(jar, SHOP)).text('.problem')).toBe(`GitHub refuses access: ${message}.`);
    });

    it('when GitHub limits the rate', async () => {
      const jar = await browserOf('alice');
      github.before = () => ({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'retry-after': '42' } });
      const page = await pageOf(jar, SHOP);
      expect([page.status, page.headers.get('retry-after'), page.text('.problem')]).toEqual([
        503,
        '42',
        'GitHub limits the requests of your account.',
      ]);
      const response = await browse(registry, jar, '/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ query: QUERY }),
      });
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      expect(errors[0]?.extensions.code).toBe('UNAVAILABLE');
    });

    it.each([
      ['fails', { status: 502, body: undefined }, 503, 'GitHub sent an unexpected response'],
      [
        'does not name the person',
        { status: 200, body: { login: '<b>' } },
        403,
        'GitHub sent an unexpected response',
      ],
      [
        'no longer accepts the token',
        { status: 401, body: undefined },
        401,
        'GitHub no longer accepts this session',
      ],
    ])('when GitHub %s during the sign-in', async (_, answer, status, text) => {
      const jar = new CookieJar();
      const address = await github.authorize(await beginSignIn(registry, jar), 'alice');
      github.before = (path) => (path === callback ? answer : undefined);
      const page = await browse(registry, jar, address);
      expect([page.status, await page.text()]).toEqual([status, expect.stringContaining(text)]);
      expect(jar.get('fixture_registry_github')).toBeUndefined();
    });

    it('when the client secret is wrong', async () => {
      const jar = new CookieJar();
      const address = await github.authorize(await beginSignIn(registry, jar), 'alice');
      github.before = () => ({ status: 200, body: { error: 'incorrect_client_credentials' } });
      expect(await (await browse(registry, jar, address)).text()).toContain(
        'the operator of the registry sets FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET',
      );
    });
  });

  it('pages of public repositories open while GitHub does not respond', async () => {
    await pushFiles(registry, { repository: 'acme/open', ref: { branch: 'main' }, add: filesOf(weather) });
    await registry.ask(
      'mutation { changeRepository(input: {owner: "acme", name: "open", visibility: PUBLIC}) { __typename } }',
    );
    const jar = await browserOf('alice');
    github.before = () => ({ status: 500 });
    expect([(await pageOf(jar, '/acme/open')).status, (await pageOf(jar, SHOP)).status]).toEqual([200, 503]);
  });

  it('a person signs in and opens pages while Postgres accepts only reads', async () => {
    const database = new URL(registry.databaseUrl ?? '').pathname.slice(1);
    const isReady = async () => (await fetch(`${registry.url}/readyz`)).status === 200;
    /** New connections have the setting, so the open ones end. */
    const set = async (clause: string, ready: boolean) => {
      await registry.sql.unsafe(`alter database ${database} ${clause}`);
      await registry.sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
      await expect.poll(isReady, { timeout: 30_000 }).toBe(ready);
    };
    await set('set default_transaction_read_only = on', false);
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(503);
    const jar = await browserOf('alice');
    expect((await pageOf(jar, SHOP)).status).toBe(200);
    await set('reset default_transaction_read_only', true);
  });
});
