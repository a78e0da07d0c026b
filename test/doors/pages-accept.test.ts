import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

const REPOSITORY = 'acme/shop';
const PULL_REQUEST = `/${REPOSITORY}/pull/7`;

describe('accept changes on a page', () => {
  let registry: TestRegistry;
  const tokens = { read: '', write: '' };
  const weather = record({ test: 'tests/a.py::weather', ask: 'How is the weather?', say: 'It is sunny.' });
  const greeting = record({ test: 'tests/a.py::greeting', ask: 'Say hello.', say: 'Hello there.' });
  const change = `${PULL_REQUEST}/change?path=${encodeURIComponent(weather.path)}`;

  beforeAll(async () => {
    registry = await startRegistry();
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: filesOf(weather, greeting),
    });
    await answer('rainy', 'you');
    for (const scope of ['read', 'write'] as const) {
      const options = ['--repository', REPOSITORY, '--scope', scope, '--name', 'Ada <b>'];
      const made = await registry.command('token', 'create', ...options);
      tokens[scope] = made.stdout.trim();
    }
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** The pull request pushes responses that differ from its base. */
  async function answer(sunny: string, there: string): Promise<void> {
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add: {
        [weather.path]: weather.text.replace('sunny', sunny),
        [greeting.path]: greeting.text.replace('there', there),
      },
    });
  }

  /** The form on a page as a browser submits it, with more fields filled in. */
  async function formOn(path: string): Promise<{ action: string; fields: Record<string, string> }> {
    const page = await openPage(registry, path);
    const hidden = page.all(`form[action$="/accept"] input[type=hidden]`);
    return {
      action: page.all('form[action$="/accept"]')[0]?.getAttribute('action') ?? '',
      fields: Object.fromEntries(
        hidden.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
      ),
    };
  }

  const acceptedOnes = async () =>
    (await openPage(registry, PULL_REQUEST))
      .texts('tbody tr')
      .filter((row) => row.includes('accepted'))
      .map((row) => /(weather|greeting)/.exec(row)?.[1]);

  it('requires a token that may write, whatever the session', async () => {
    const { action, fields } = await formOn(change);
    const signedIn = await sendForm(registry, '/-/sign-in', { token: registry.adminToken, return: '/' });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    for (const [token, status, message] of [
      ['', 401, 'not valid'],
      ['nonsense', 401, 'not valid'],
      [tokens.read, 403, 'scope write'],
    ] as const) {
      const refused = await sendForm(registry, action, { ...fields, token }, { cookie });
      expect(refused.status).toBe(status);
      expect(await refused.text()).toContain(message);
    }
    const elsewhere = { 'sec-fetch-site': 'cross-site' };
    const refused = await sendForm(registry, action, { ...fields, token: tokens.write }, elsewhere);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'");
    const unseen = await sendForm(registry, action, { token: tokens.write });
    expect(unseen.status).toBe(400);
    expect(await acceptedOnes()).toEqual([]);
  });

  it('accepts one change, names the token, and lapses when the change differs', async () => {
    const { action, fields } = await formOn(change);
    const done = await sendForm(registry, action, { ...fields, token: tokens.write, by: 'Somebody Else' });
    expect([done.status, new URL(done.headers.get('location') ?? '', registry.url).pathname]).toEqual([
      303,
      `${PULL_REQUEST}/change`,
    ]);
    expect(await acceptedOnes()).toEqual(['weather']);
    const page = await openPage(registry, done.headers.get('location') ?? '');
    expect(page.text('main')).toMatch(/Accepted by token \d+ \(Ada <b>\)/);
    expect(page.all('form[action$="/accept"]')).toEqual([]);
    expect((await openPage(registry, PULL_REQUEST)).text('main')).toContain(
      '(Ada <b>) accepted 1 of 2 changes',
    );
    await answer('cloudy', 'you');
    expect(await acceptedOnes()).toEqual([]);
  });

  it('accepts all changes of the report as shown, and none pushed later', async () => {
    const { action, fields } = await formOn(PULL_REQUEST);
    await answer('windy', 'you');
    const done = await sendForm(registry, action, { ...fields, level: 'CONTENT', token: tokens.write });
    expect([done.status, done.headers.get('location')]).toEqual([303, PULL_REQUEST]);
    expect(await acceptedOnes()).toEqual(['greeting']);
  });

  it('shows which responses are unstable', async () => {
    const report = await openPage(registry, PULL_REQUEST);
    const unstable = report.texts('tbody tr').filter((row) => row.includes('unstable'));
    expect(unstable).toEqual([expect.stringContaining('weather')]);
    expect((await openPage(registry, change)).text('main')).toMatch(
      /The response is unstable: it changed 2 times/,
    );
  });
});
