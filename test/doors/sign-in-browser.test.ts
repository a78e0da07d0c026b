import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.js';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER } from '../support/browser.js';
import { type SignInGitHub, startSignInGitHub } from '../support/github-sign-in.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const PULL_REQUEST = '/acme/shop/pull/7';
const QUERY = '{ repository(owner: "acme", name: "shop") { recordings { totalCount } } }';

if (CHROMIUM === null) console.warn(WITHOUT_BROWSER);

describe.skipIf(CHROMIUM === null)('sign-in with GitHub in a browser', { retry: 2 }, () => {
  let github: SignInGitHub;
  let registry: TestRegistry;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const weather = record({ test: 'tests/a.py::weather', ask: 'How is the weather?', say: 'It is sunny.' });

  beforeAll(async () => {
    [github, browser] = await Promise.all([startSignInGitHub(), openBrowser()]);
    github.share({ id: 1, fullName: 'acme/shop', ownerId: 65 }, { alice: 'write', bob: 'read' });
    registry = await startRegistry({ environment: github.environment });
    await pushFiles(registry, { repository: 'acme/shop', ref: { branch: 'main' }, add: filesOf(weather) });
  });
  afterAll(async () => {
    await browser.close();
    await registry[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    // Each attempt has a change that nobody accepted.
    await pushFiles(registry, {
      repository: 'acme/shop',
      ref: { pullRequest: 7, base: 'main' },
      add: { [weather.path]: weather.text.replace('sunny', `rainy ${Math.random()}`) },
    });
    context = await browser.newContext({ baseURL: registry.url });
    page = await context.newPage();
    return () => context.close();
  });

  /** Follows the link on a page that asks to sign in, and authorizes at GitHub. */
  async function signIn(login: string, path: string): Promise<void> {
    await page.goto(path);
    await page.getByRole('link', { name: 'sign in with GitHub' }).click();
    await page.waitForURL(`${github.url}/**`);
    await page.getByLabel('Login').fill(login);
    await page.getByRole('button', { name: 'allow' }).click();
    await page.waitForURL(`${registry.url}${path}`);
  }

  it('opens the page that the comment links to, accepts in the name of the reviewer, and signs out', async () => {
    await signIn('alice', PULL_REQUEST);
    expect(await page.getByRole('banner').textContent()).toContain('GitHub user alice');
    await page.getByText('Accept changes').click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel('Highest level').selectOption('');
    await page.getByRole('button', { name: 'Accept as alice' }).click();
    await page.getByText('accepted the only change').waitFor();
    // Scripts of the page see no cookie.
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in', exact: true }).first().waitFor();
    expect(await context.cookies()).toEqual([]);
    expect((await page.goto(PULL_REQUEST))?.status()).toBe(404);
  });

  it('the sign-in page offers GitHub and a token, and is accessible', async () => {
    await page.goto('/-/sign-in');
    expect(await accessibilityProblems(page)).toEqual([]);
    const link = await page.getByRole('link', { name: 'Sign in with GitHub' }).boundingBox();
    const field = await page.getByLabel('Token').boundingBox();
    expect(link?.y).toBeLessThan(field?.y ?? 0);
  });

  it('GraphiQL opens with the query of the link, runs nothing by itself, and reads with the session', async () => {
    await signIn('bob', PULL_REQUEST);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '');
    });
    await page.goto(`/graphql?query=${encodeURIComponent(QUERY)}`);
    await page.getByText('totalCount').first().waitFor();
    // It loads the schema only.
    await expect.poll(() => sent.length).toBeGreaterThan(0);
    expect(sent.filter((body) => body.includes('totalCount'))).toEqual([]);
    await page.getByRole('button', { name: /execute/i }).click();
    await page.getByText('"totalCount": 1').waitFor();
  });
});
