import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.js';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER, watch } from '../support/browser.js';
import { HOSTILE } from '../support/hostile-text.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const REPOSITORY = 'acme/shop';
const TEST = 'tests/chat/test_a_rather_long_file_name.py::TestWithAClass::test_with_a_long_name';

if (CHROMIUM === null) console.warn(WITHOUT_BROWSER);

// A browser on a busy machine may drop a key. A broken page fails every time.
describe.skipIf(CHROMIUM === null)('pages in a browser', { retry: 2 }, () => {
  let registry: TestRegistry;
  let browser: Browser;
  const weather = record({
    test: `${TEST}[model-a]`,
    ask: 'How is the weather?',
    say: 'It is sunny in Rome.',
  });
  const hostile = record({
    test: `${TEST}[${HOSTILE}]`,
    model: HOSTILE,
    ask: HOSTILE,
    say: `${HOSTILE} before`,
  });
  const change = `/${REPOSITORY}/pull/7/change?path=${encodeURIComponent(weather.path)}`;
  const hostileChange = `/${REPOSITORY}/pull/7/change?path=${encodeURIComponent(hostile.path)}`;
  const pages = [
    '/',
    `/${REPOSITORY}`,
    `/${REPOSITORY}/models`,
    `/${REPOSITORY}/tests`,
    `/${REPOSITORY}/tests?sort=size`,
    `/${REPOSITORY}/test?id=${encodeURIComponent(`${TEST}[model-a]`)}`,
    `/${REPOSITORY}/pulls`,
    `/${REPOSITORY}/recordings`,
    `/${REPOSITORY}/recording?path=${encodeURIComponent(hostile.path)}`,
    `/${REPOSITORY}/pull/7`,
    change,
    hostileChange,
  ];

  beforeAll(async () => {
    registry = await startRegistry();
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: filesOf(weather, hostile),
    });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add: {
        [weather.path]: weather.text.replace('sunny', 'rainy'),
        [hostile.path]: hostile.text.replace(' before', ''),
      },
      title: HOSTILE,
      author: HOSTILE,
    });
    await registry.ask('{ repository(owner: "acme", name: "shop") { drift(pullRequest: 7) { url } } }');
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await registry?.[Symbol.asyncDispose]();
  });

  /** Opens the form and signs in as the admin, which redirects to the requested page. */
  async function signedIn(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ baseURL: registry.url, ...options });
    const page = await context.newPage();
    const seen = watch(page, registry.url);
    await page.goto(`/-/sign-in?return=${encodeURIComponent(path)}`);
    await page.getByLabel('Token').fill(registry.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return { page, seen, [Symbol.asyncDispose]: () => context.close() };
  }

  const evaluate = <Value>(page: Page, code: string) => page.evaluate(code) as Promise<Value>;

  it('sign in and out, and return to the requested page', async () => {
    await using visit = await signedIn(change);
    const { page } = visit;
    expect(page.url()).toBe(registry.url + change);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto(change);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Not found');
    await page.getByRole('link', { name: 'sign in with a token' }).click();
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').textContent()).toContain('not valid');
    await page.getByLabel('Token').fill(registry.adminToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Response' }).waitFor();
    expect(page.url()).toBe(registry.url + change);
  });

  it('can be read and filtered without scripts', async () => {
    await using visit = await signedIn(`/${REPOSITORY}/pull/7`, { javaScriptEnabled: false });
    const { page } = visit;
    await page.getByLabel('Test or path').fill('model-a');
    await page.getByLabel('Level', { exact: true }).selectOption('content');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByText('text difference').click();
    expect((await page.locator('tbody ins').innerText()).trim()).toBe('rainy');
    await page.getByRole('link', { name: /test_with_a_long_name/ }).click();
    await page.getByText('Raw file before').click();
    expect(await page.locator('.raw pre').first().isVisible()).toBe(true);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the exact bytes' }).first().click();
    expect((await download).suggestedFilename()).toBe(`${weather.hash}.json`);
  });

  it('work from the keyboard, with a visible focus', async () => {
    await using visit = await signedIn(`/${REPOSITORY}/pull/7`);
    const { page } = visit;
    // The first focusable element is the link that skips the header.
    expect(await evaluate(page, 'document.querySelector("a, button, input, select, summary").hash')).toBe(
      '#content',
    );
    const skip = page.locator('a[href="#content"]').first();
    await skip.focus();
    await skip.press('Enter');
    // The key may arrive before the browser has followed the link.
    await expect.poll(() => new URL(page.url()).hash, { timeout: 20_000 }).toBe('#content');
    const focused: string[] = [];
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab');
      const [name, outline] = await evaluate<[string, string]>(
        page,
        '[document.activeElement.innerText || document.activeElement.name, getComputedStyle(document.activeElement).outlineStyle]',
      );
      if (name === undefined || name.includes('Fixture Registry')) break;
      expect(outline, name).not.toBe('none');
      focused.push(name);
    }
    expect(focused.join('\n')).toMatch(/2 content[\s\S]*Filter[\s\S]*test_with_a_long_name/);
    expect(focused.some((name) => name.startsWith('text difference'))).toBe(true);
  });

  it.each(pages)('run nothing that was recorded: %s', async (path) => {
    await using visit = await signedIn(path);
    const { page, seen } = visit;
    expect(await page.title()).toContain('Fixture Registry');
    expect(await page.locator('.planted, script:not([src^="/-/page.js?"]), main img').count()).toBe(0);
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(seen).toEqual([]);
  });

  it.each(pages)('fit on a phone: %s', async (path) => {
    await using visit = await signedIn(path, { viewport: { width: 375, height: 800 } });
    const { page } = visit;
    expect(await evaluate(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    const small = await evaluate<string[]>(
      page,
      `[...document.querySelectorAll('main *')].filter((e) => e.innerText && parseFloat(getComputedStyle(e).fontSize) < 12)
        .map((e) => e.outerHTML)`,
    );
    expect(small).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'have no accessibility problem in the %s color scheme',
    async (colorScheme) => {
      const lists = [
        `/${REPOSITORY}/recordings?playable=yes&sort=size`,
        `/${REPOSITORY}/recordings?test=weather`,
      ];
      await using visit = await signedIn('/', { colorScheme });
      const { page } = visit;
      for (const path of [...pages, ...lists]) {
        await page.goto(path);
        await evaluate(page, 'document.querySelectorAll("details").forEach((fold) => { fold.open = true; })');
        expect(await accessibilityProblems(page), path).toEqual([]);
      }
    },
  );

  it.each(['light', 'dark'] as const)('have enough contrast in the %s color scheme', async (colorScheme) => {
    await using visit = await signedIn(`/${REPOSITORY}/pull/7`, { colorScheme });
    const { page } = visit;
    for (const path of [`/${REPOSITORY}/pull/7`, change]) {
      await page.goto(path);
      const poor = await evaluate<string[]>(page, CONTRAST);
      expect(poor).toEqual([]);
    }
    const paper = await evaluate<string>(page, 'getComputedStyle(document.documentElement).backgroundColor');
    expect(paper).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(21, 24, 28)');
  });
});

/** Texts whose contrast with their background is below the 4.5 that WCAG requires. Runs in the page. */
const CONTRAST = `(() => {
  const light = ([r, g, b]) => [r, g, b]
    .map((value) => value / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = parse(getComputedStyle(each).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('body *')].filter(own).filter((element) => {
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
  }).map((element) => element.outerHTML.slice(0, 200));
})()`;
