import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.js';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER } from '../support/browser.js';
import { chatCall, httpCassette, messagesCall, toolCall } from '../support/http-cassettes.js';
import { pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { evaluate, openFolds, visit } from '../support/visit.js';

const REPOSITORY = 'acme/shop';
const FOLDER = 'tests/cassettes/test_a_rather_long_file_name';
const TALK = `${FOLDER}/TestWithAClass.test_${'long_'.repeat(12)}[gpt-4o-claude-4].yaml`;
const SHORT = 'tests/cassettes/test_short/test_one.yaml';
const NEW = 'tests/cassettes/test_short/test_new.yaml';

if (CHROMIUM === null) console.warn(WITHOUT_BROWSER);

const user = (content: string) => ({ role: 'user', content });

/** A cassette with a call of each kind. */
const talk = (say: string, ...more: Parameters<typeof httpCassette>) =>
  httpCassette(
    toolCall([user('How is the weather?')], 'get_weather', { city: 'Rome' }),
    {
      method: 'GET',
      url: `https://files.example/${'folder/'.repeat(30)}a.png?size=1`,
      say: Buffer.alloc(99, 0xfe),
    },
    { url: 'https://login.example/token', ask: 'grant_type=refresh', say: { token_type: 'bearer' } },
    chatCall([user('How is the weather?'), user('And tomorrow?')], say),
    messagesCall('Say hello.', `Hello! ${'word '.repeat(50)}${'x'.repeat(300)}`),
    chatCall([user('Again?')], '', { status: 429, say: { error: { message: 'slow down' } } }),
    ...more,
  );

// A browser on a busy machine may drop a key. A broken page fails every time.
describe.skipIf(CHROMIUM === null)('the pages of cassettes in a browser', { retry: 2 }, () => {
  let registry: TestRegistry;
  let browser: Browser;
  const named = (path: string) => `path=${encodeURIComponent(path)}`;
  const pages = [
    `/${REPOSITORY}`,
    `/${REPOSITORY}/recordings`,
    `/${REPOSITORY}/models`,
    `/${REPOSITORY}/tests`,
    `/${REPOSITORY}/recording?${named(TALK)}`,
    `/${REPOSITORY}/recording?${named(SHORT)}`,
    `/${REPOSITORY}/pull/7`,
    `/${REPOSITORY}/pull/7/change?${named(TALK)}`,
    `/${REPOSITORY}/pull/7/change?${named(SHORT)}`,
    `/${REPOSITORY}/pull/7/change?${named(NEW)}`,
  ];

  beforeAll(async () => {
    registry = await startRegistry();
    const one = httpCassette(chatCall([user('One?')], 'One.'), chatCall([user('Two?')], 'Two.'));
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: { [TALK]: talk('It rains.'), [SHORT]: one },
    });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add: {
        [TALK]: talk('It snows.', chatCall([user('Bye?')], 'Bye.')),
        [SHORT]: httpCassette(chatCall([user('One?')], 'One.')),
        [NEW]: one,
      },
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await registry?.[Symbol.asyncDispose]();
  });

  it.each(['light', 'dark'] as const)(
    'have no accessibility problem in the %s color scheme',
    async (colorScheme) => {
      for (const path of pages) {
        await using opened = await visit(browser, registry, path, { colorScheme });
        expect(await accessibilityProblems(opened.page), path).toEqual([]);
        await openFolds(opened.page);
        expect(await accessibilityProblems(opened.page), path).toEqual([]);
        expect(opened.seen).toEqual([]);
      }
    },
  );

  it('fit on a phone, also with all folds open', async () => {
    for (const path of pages) {
      await using opened = await visit(browser, registry, path, { viewport: { width: 390, height: 800 } });
      await openFolds(opened.page);
      expect(await evaluate(opened.page, 'document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
        390,
      );
    }
  });

  it('open the fold of the call that a link names', async () => {
    for (const javaScriptEnabled of [true, false]) {
      await using opened = await visit(browser, registry, pages[4] ?? '', { javaScriptEnabled });
      const { page } = opened;
      const hello = page.locator('#call-5').getByText('Say hello.');
      expect(await hello.isVisible()).toBe(false);
      await page.getByRole('navigation', { name: 'Calls' }).getByRole('link').nth(4).click();
      await hello.waitFor({ state: 'visible' });
      await using direct = await visit(browser, registry, `${pages[4]}#call-3`, { javaScriptEnabled });
      await direct.page.locator('#call-3').getByText('grant_type=refresh').waitFor({ state: 'visible' });
    }
  });
});
