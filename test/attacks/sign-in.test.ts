import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type SignInGitHub, startSignInGitHub } from '../support/github-sign-in.js';
import { claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { beginSignIn, browse, CookieJar, signInWithGitHub } from '../support/sign-in.js';
import { openPage } from '../support/web-page.js';

const AUDIENCE = 'https://fixtures.acme.example';
const DESK = '/acme/desk';
const SESSION = 'fixture_registry_github';
const FLOW = 'fixture_registry_sign_in';
/** The account that has the name `acme`, as in `claimsOf`. */
const ACME = 65;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe.each(['embedded', 'postgres'] as const)('sign-in with GitHub, %s', (database) => {
  let github: SignInGitHub;
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  const weather = record({ test: 'tests/a.py::weather', ask: 'How is the weather?', say: 'It is sunny.' });

  beforeAll(async () => {
    [github, issuer] = await Promise.all([startSignInGitHub(), startOidcIssuer()]);
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: {
        ...github.environment,
        FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
        FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
      },
    });
    const token = await issuer.token(claimsOf({ repository: 'acme/desk', repositoryId: 4711 }), AUDIENCE);
    const branch = { branch: 'main' };
    await pushFiles(registry, { repository: 'acme/desk', ref: branch, add: filesOf(weather), token });
    await pushFiles(registry, {
      repository: 'acme/desk',
      ref: { pullRequest: 7, base: 'main' },
      add: { [weather.path]: weather.text.replace('sunny', 'rainy') },
    });
    // Created by name, with the admin's token.
    for (const repository of ['acme/named', 'squat/tool']) {
      await pushFiles(registry, { repository, ref: branch, add: filesOf(weather) });
    }
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await Promise.all([github[Symbol.asyncDispose](), issuer[Symbol.asyncDispose]()]);
  });
  beforeEach(() => {
    github.repositories.clear();
    github.formerNames.clear();
    github.before = () => undefined;
    github.share({ id: 4711, fullName: 'acme/desk', ownerId: ACME }, { alice: 'write', bob: 'read' });
  });
  afterEach(() => {
    expect(github.violations.splice(0)).toEqual([]);
  });

  /** A browser in which this person is signed in. */
  async function browserOf(login: string): Promise<CookieJar> {
    const jar = new CookieJar();
    const done = await signInWithGitHub(registry, github, { jar, login });
    expect([done.status, done.headers.get('location')]).toEqual([303, '/']);
    return jar;
  }

  const statusOf = async (jar: CookieJar, path: string) => (await browse(registry, jar, path)).status;

  /** Sends the browser back from GitHub; returns the status and message, and that nobody is signed in. */
  async function refusedCallback(jar: CookieJar, address: string): Promise<[number, string]> {
    const response = await browse(registry, jar, address);
    expect(jar.get(SESSION)).toBeUndefined();
    return [response.status, await response.text()];
  }

  const graphql = (jar: CookieJar, query: string, headers: Record<string, string>) =>
    browse(registry, jar, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });

  it('a stolen code is used in another browser, with the state of its own sign-in or of the victim', async () => {
    const [alice, mallory, empty] = [new CookieJar(), new CookieJar(), new CookieJar()];
    const stolen = new URL(await github.authorize(await beginSignIn(registry, alice), 'alice'));
    const own = new URL(await beginSignIn(registry, mallory)).searchParams.get('state') ?? '';
    expect(await refusedCallback(empty, stolen.href)).toEqual([
      403,
      expect.stringContaining('did not begin the sign-in'),
    ]);
    expect(await refusedCallback(mallory, stolen.href)).toEqual([
      403,
      expect.stringContaining('not the sign-in that began here'),
    ]);
    // A new sign-in, and the stolen code with its state: the code does not fit the verifier of this browser.
    const other = new URL(await beginSignIn(registry, mallory)).searchParams.get('state') ?? '';
    expect(other).not.toBe(own);
    stolen.searchParams.set('state', other);
    expect(await refusedCallback(mallory, stolen.href)).toEqual([
      403,
      expect.stringContaining('GitHub does not accept the code'),
    ]);
  });

  it('a forged state signs a victim in as the attacker, and is refused', async () => {
    const [victim, mallory] = [new CookieJar(), new CookieJar()];
    const address = await github.authorize(await beginSignIn(registry, mallory), 'mallory');
    expect((await refusedCallback(victim, address))[0]).toBe(403);
    await beginSignIn(registry, victim);
    expect((await refusedCallback(victim, address))[0]).toBe(403);
    const withoutState = address.replace(/&state=[^&]*/, '');
    await beginSignIn(registry, victim);
    expect((await refusedCallback(victim, withoutState))[0]).toBe(403);
  });

  it('a code is used twice, also with a copy of the cookie of its sign-in', async () => {
    const jar = new CookieJar();
    const address = await github.authorize(await beginSignIn(registry, jar), 'alice');
    const flow = jar.get(FLOW) ?? '';
    expect((await browse(registry, jar, address)).status).toBe(303);
    expect(jar.get(FLOW)).toBeUndefined();
    const again = new CookieJar();
    expect((await refusedCallback(again, address))[0]).toBe(403);
    again.set(FLOW, flow);
    expect((await refusedCallback(again, address))[1]).toContain('it was used before');
  });

  it.each([
    '//elsewhere.example/',
    'https://elsewhere.example/',
    '/\\elsewhere.example/',
    '/.//elsewhere.example',
    'javascript:alert(1)',
  ])('the address to return to is %s, and the browser stays on the registry', async (back) => {
    const jar = new CookieJar();
    const done = await signInWithGitHub(registry, github, { jar, login: 'alice', back });
    expect([done.status, done.headers.get('location')]).toEqual([303, '/']);
  });

  it('a session is planted, made up, or taken from the cookie of a sign-in', async () => {
    const jar = new CookieJar();
    await beginSignIn(registry, jar);
    const flow = jar.get(FLOW) ?? '';
    const real = (await browserOf('alice')).get(SESSION) ?? '';
    const [header, ...rest] = real.split('.');
    const changed = [header, ...rest.slice(0, -1), 'AAAAAAAAAAAAAAAAAAAAAA'].join('.');
    for (const planted of [flow, changed, 'alice', `${'A'.repeat(5_000)}`]) {
      const browser = new CookieJar();
      browser.set(SESSION, planted);
      expect(await statusOf(browser, DESK)).toBe(404);
      // The invalid cookie is removed.
      expect(browser.get(SESSION)).toBeUndefined();
    }
    // A sign-in replaces a planted session with a new one.
    const victim = new CookieJar();
    victim.set(SESSION, (await browserOf('mallory')).get(SESSION) ?? '');
    await signInWithGitHub(registry, github, { jar: victim, login: 'alice' });
    expect(await statusOf(victim, DESK)).toBe(200);
  });

  it('a session of a registry with another client secret opens nothing', async () => {
    await using other = await startRegistry({
      environment: {
        ...github.environment,
        FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET: 'another-secret-0123456789abcdef',
      },
    });
    await pushFiles(other, { repository: 'acme/desk', ref: { branch: 'main' }, add: filesOf(weather) });
    const jar = await browserOf('alice');
    expect(await statusOf(jar, DESK)).toBe(200);
    expect((await browse(other, jar, DESK)).status).toBe(404);
  });

  it('the permission is withdrawn, and another process or a restarted one asks GitHub again', async () => {
    const jar = await browserOf('bob');
    expect(await statusOf(jar, DESK)).toBe(200);
    github.repositories.get(4711)?.permissions.delete('bob');
    await registry.stop();
    await registry.restart();
    expect(await statusOf(jar, DESK)).toBe(404);
  });

  it('the authorization is revoked at GitHub, or the person signs out, and a copied cookie opens nothing', async () => {
    const jar = await browserOf('alice');
    github.tokens.clear();
    const page = await browse(registry, jar, DESK);
    expect([page.status, jar.get(SESSION)]).toEqual([404, undefined]);

    const second = await browserOf('alice');
    const copied = second.get(SESSION) ?? '';
    const headers = { ...FORM, 'sec-fetch-site': 'same-origin' };
    const out = await browse(registry, second, '/-/sign-out', { method: 'POST', body: '', headers });
    expect([out.status, second.get(SESSION), github.tokens.size]).toEqual([303, undefined, 0]);
    const thief = new CookieJar();
    thief.set(SESSION, copied);
    expect(await statusOf(thief, DESK)).toBe(404);
  });

  describe('a repository has another name or another owner on GitHub', () => {
    it('was renamed: its people open it by the name that the registry knows', async () => {
      github.share({ id: 4711, fullName: 'acme/help', ownerId: ACME }, { alice: 'write' });
      github.formerNames.set('acme/desk', 4711);
      expect(await statusOf(await browserOf('alice'), DESK)).toBe(200);
      expect(await statusOf(await browserOf('alice'), '/acme/help')).toBe(404);
    });

    it('was renamed, and another repository has its name: the people of that one get nothing', async () => {
      github.share({ id: 4711, fullName: 'acme/help', ownerId: ACME }, { alice: 'write' });
      github.share({ id: 9999, fullName: 'acme/desk', ownerId: ACME }, { mallory: 'write' });
      expect(await statusOf(await browserOf('mallory'), DESK)).toBe(404);
    });

    it('the name redirects to a repository of the attacker', async () => {
      github.repositories.clear();
      github.share({ id: 9999, fullName: 'mallory/desk', ownerId: 99 }, { mallory: 'write' });
      github.formerNames.set('acme/desk', 9999);
      github.formerNames.set('acme/named', 9999);
      const jar = await browserOf('mallory');
      expect([await statusOf(jar, DESK), await statusOf(jar, '/acme/named')]).toEqual([404, 404]);
    });

    it('was created by name, and the name belongs to an account that the registry does not allow', async () => {
      github.share({ id: 6000, fullName: 'squat/tool', ownerId: 99 }, { mallory: 'write' });
      expect(await statusOf(await browserOf('mallory'), '/squat/tool')).toBe(404);
    });

    it('was created by name, and another account has the name of the owner now', async () => {
      github.share({ id: 7000, fullName: 'acme/named', ownerId: 66 }, { mallory: 'write' });
      expect(await statusOf(await browserOf('mallory'), '/acme/named')).toBe(404);
      github.share({ id: 7000, fullName: 'acme/named', ownerId: ACME }, { alice: 'read' });
      expect(await statusOf(await browserOf('alice'), '/acme/named')).toBe(200);
    });

    it('GitHub redirects to another host, and the token is not sent there', async () => {
      const seen: string[] = [];
      github.before = (path) => {
        seen.push(path);
        const location = `${issuer.url}/api/v3/repositories/4711`;
        return path.startsWith('/api/v3/repos/') ? { status: 301, headers: { location } } : undefined;
      };
      expect(await statusOf(await browserOf('alice'), DESK)).toBe(404);
      expect(seen.filter((path) => path.startsWith('/api/v3/repos'))).toEqual(['/api/v3/repos/acme/desk']);
    });
  });

  it('a person without a permission learns nothing, also while GitHub refuses or fails', async () => {
    for (const [answer, status] of [
      [undefined, 404],
      [{ status: 403, headers: { 'x-github-sso': `required; url=${github.url}/orgs/acme/sso` } }, 403],
      [{ status: 502 }, 503],
    ] as const) {
      github.before = (path) => (path.startsWith('/api/v3/repos/') ? answer : undefined);
      const jar = await browserOf('mallory');
      const [hidden, missing] = await Promise.all(
        ['desk', 'zilch'].map(async (name) => {
          const response = await browse(registry, jar, `/acme/${name}/pull/7`);
          return { status: response.status, html: (await response.text()).replaceAll(name, 'NAME') };
        }),
      );
      expect(hidden).toEqual(missing);
      expect(hidden?.status).toBe(status);
    }
  });

  it('another site sends GraphQL requests through a signed-in browser', async () => {
    const jar = await browserOf('alice');
    const query = '{ repository(owner: "acme", name: "desk") { name } }';
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' },
      { 'sec-fetch-site': 'same-site', origin: registry.url },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://elsewhere.example' },
    ]) {
      const answer = (await (await graphql(jar, query, headers as Record<string, string>)).json()) as unknown;
      expect(answer).toEqual({ data: { repository: null } });
    }
    const form = await browse(registry, jar, '/graphql', {
      method: 'POST',
      headers: { ...FORM, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ query }).toString(),
    });
    expect(form.status).toBe(415);
  });

  it('a session writes by GraphQL, or downloads contents', async () => {
    const jar = await browserOf('alice');
    const own = { 'sec-fetch-site': 'same-origin' };
    const owned = 'owner: "acme", name: "desk"';
    for (const [mutation, refused] of [
      [`acceptDrift(input: {${owned}, pullRequest: 7})`, 'Forbidden'],
      [`closePullRequest(input: {${owned}, pullRequest: 7})`, 'Forbidden'],
      [`changeRepository(input: {${owned}, visibility: PUBLIC})`, 'Forbidden'],
      [`createToken(input: {${owned}, scope: READ})`, 'NotFound'],
    ]) {
      const response = await graphql(jar, `mutation { result: ${mutation} { __typename } }`, own);
      expect(await response.json(), mutation).toEqual({ data: { result: { __typename: refused } } });
    }
    const archive = await browse(registry, jar, '/-/acme/desk/archive.zip', { headers: own });
    expect(archive.status).toBe(404);
  });

  it('another site, or a person who only reads, submits the form that accepts drift', async () => {
    const page = await openPage(registry, `${DESK}/pull/7`);
    const snapshot = page.all('input[name=snapshot]')[0]?.getAttribute('value') ?? '';
    const accept = async (jar: CookieJar, headers: Record<string, string>) =>
      (
        await browse(registry, jar, `${DESK}/pull/7/accept`, {
          method: 'POST',
          headers: { ...FORM, ...headers },
          body: new URLSearchParams({ snapshot }).toString(),
        })
      ).status;
    const [alice, bob] = [await browserOf('alice'), await browserOf('bob')];
    expect(await accept(alice, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await accept(alice, { 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await accept(alice, { origin: 'https://elsewhere.example' })).toBe(403);
    // Not from a browser: then a token is needed.
    expect(await accept(alice, {})).toBe(401);
    expect(await accept(bob, { 'sec-fetch-site': 'same-origin' })).toBe(403);
    expect((await openPage(registry, `${DESK}/pull/7`)).text('main')).not.toContain('accepted');
  });

  it('a person opens one invented repository after the other, and GitHub gets a bounded number of requests', async () => {
    const jar = await browserOf('mallory');
    const before = github.requests.length;
    const statuses = await Promise.all(
      Array.from({ length: 100 }, (_, index) => statusOf(jar, `/invented/repository-${index}`)),
    );
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
    expect(github.requests.length - before).toBeLessThanOrEqual(60);
    // Another person is not affected.
    expect(await statusOf(await browserOf('alice'), DESK)).toBe(200);
  });

  it('GitHub does not respond, or sends too much: the page says so, and public pages open', async () => {
    const jar = await browserOf('alice');
    github.before = (path) => (path.startsWith('/api/v3/repos/') ? new Promise(() => {}) : undefined);
    const slow = await browse(registry, jar, DESK);
    expect([slow.status, slow.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await slow.text()).toContain('GitHub did not respond within 5 seconds');
    github.before = (path) =>
      path.startsWith('/api/v3/repos/') ? { status: 200, body: { text: 'a'.repeat(300_000) } } : undefined;
    const large = await browse(registry, jar, DESK);
    expect([large.status, await large.text()]).toEqual([503, expect.stringContaining('too large')]);
    expect(await statusOf(jar, '/')).toBe(200);
    github.before = () => undefined;
    expect(await statusOf(jar, DESK)).toBe(200);
  });

  it('the token of a person and the client secret are read from pages, cookies or the log', async () => {
    const jar = await browserOf('alice');
    const texts = [jar.header];
    for (const path of [DESK, '/', `${DESK}/pull/7`]) {
      texts.push(await (await browse(registry, jar, path)).text());
    }
    github.before = () => ({ status: 401, body: { message: 'Bad credentials' } });
    await beginSignIn(registry, jar);
    await browse(registry, jar, '/-/sign-in/github/callback?code=stolen&state=forged');
    const secrets = [
      ...github.tokens.keys(),
      github.environment['FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET'] ?? '',
    ];
    for (const secret of [...secrets, 'code=stolen']) {
      expect(texts.join('\n')).not.toContain(secret);
      expect(registry.output.stdout + registry.output.stderr).not.toContain(secret);
    }
  });

  it('an address forges one callback after the other, and is refused for the rest of the minute', async () => {
    const statuses: number[] = [];
    while (!statuses.includes(429) && statuses.length < 100) {
      statuses.push(await statusOf(new CookieJar(), '/-/sign-in/github/callback?code=a&state=b'));
    }
    expect(statuses.at(-1)).toBe(429);
  });
});
