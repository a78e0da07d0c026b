import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.js';
import { CHROMIUM, openBrowser, WITHOUT_BROWSER } from '../support/browser.js';
import { reportOfEachKind } from '../support/changed-recordings.js';
import { pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { evaluate, openFolds, visit } from '../support/visit.js';

const REPOSITORY = 'acme/shop';
const REPORT = `/${REPOSITORY}/pull/7`;

if (CHROMIUM === null) console.warn(WITHOUT_BROWSER);

// A browser on a busy machine may drop a key. A broken page fails every time.
describe.skipIf(CHROMIUM === null)('the pages of a report in a browser', { retry: 2 }, () => {
  let registry: TestRegistry;
  let browser: Browser;
  const { main, add, remove, recordings } = reportOfEachKind();
  const changeOf = (name: keyof typeof recordings) =>
    `${REPORT}/change?path=${encodeURIComponent(recordings[name].path)}`;
  const changes = (Object.keys(recordings) as (keyof typeof recordings)[]).filter((name) => name !== 'older');

  beforeAll(async () => {
    registry = await startRegistry();
    await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add: main });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add,
      remove,
      title: 'Use the forecast tool',
      author: 'octocat',
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
      for (const path of [REPORT, ...changes.map(changeOf)]) {
        await using opened = await visit(browser, registry, path, { colorScheme });
        expect(await accessibilityProblems(opened.page), path).toEqual([]);
        await openFolds(opened.page);
        expect(await accessibilityProblems(opened.page), path).toEqual([]);
        expect(opened.seen).toEqual([]);
      }
    },
  );

  it('fit on a phone, also with all folds open', async () => {
    for (const path of [REPORT, ...changes.map(changeOf)]) {
      await using opened = await visit(browser, registry, path, { viewport: { width: 390, height: 800 } });
      await openFolds(opened.page);
      expect(await evaluate(opened.page, 'document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
        390,
      );
    }
  });

  it('move to the next and the previous change with the arrow keys, except in a field', async () => {
    await using opened = await visit(browser, registry, REPORT);
    const { page } = opened;
    await page.getByRole('link', { name: 'test_now_an_error' }).click();
    const first = page.url();
    const position = () => page.locator('nav.pager span').first().innerText();
    expect(await position()).toBe('Change 1 of 7');
    await page.keyboard.press('ArrowRight');
    await expect.poll(position, { timeout: 20_000 }).toBe('Change 2 of 7');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url(), { timeout: 20_000 }).toBe(first);
    await page.getByText('Accept this change').click();
    const field = page.getByLabel('Token with the scope write');
    await field.fill('token');
    await field.press('ArrowRight');
    await field.press('Control+ArrowRight');
    expect(page.url()).toBe(first);
  });

  it('copy paths, hashes and texts of messages', async () => {
    await using opened = await visit(browser, registry, changeOf('reworded'), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = opened;
    const copied = async (name: string, nth = 0) => {
      const button = page.getByRole('button', { name, exact: true }).nth(nth);
      await button.click();
      await expect.poll(() => button.textContent(), { timeout: 20_000 }).toBe('Copied');
      return evaluate<string>(page, 'navigator.clipboard.readText()');
    };
    expect(await copied('Copy the path')).toBe(recordings.reworded.path);
    expect(await copied('Copy the hash')).toBe(recordings.reworded.hash);
    // The text as recorded, without the labels of the folds on the page.
    const said = /"content": "(The quick[^"]*)"/.exec(recordings.reworded.text)?.[1];
    expect(await copied('Copy the text of this message')).toBe(said);
    expect(await page.getByRole('status').textContent()).toBe('Copied');
    expect(opened.seen).toEqual([]);
  });

  it('copy where the browser has no clipboard interface, as over plain HTTP', async () => {
    await using opened = await visit(browser, registry, changeOf('renamed'));
    const { page } = opened;
    await evaluate(page, 'Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await evaluate(
      page,
      'document.addEventListener("copy", () => { window.copied = document.activeElement.value; })',
    );
    const button = page.getByRole('button', { name: 'Copy the hash', exact: true });
    await button.click();
    await expect.poll(() => button.textContent(), { timeout: 20_000 }).toBe('Copied');
    expect(await evaluate(page, 'window.copied')).toBe(recordings.renamed.hash);
    expect(await page.locator('textarea').count()).toBe(0);
  });

  it('have no buttons without scripts, and lead through all changes', async () => {
    await using opened = await visit(browser, registry, REPORT, { javaScriptEnabled: false });
    const { page } = opened;
    await page.getByRole('link', { name: 'test_now_an_error' }).click();
    expect(await page.locator('button[data-copy]').count()).toBeGreaterThan(3);
    expect(await page.locator('button[data-copy]:visible').count()).toBe(0);
    await page.getByRole('link', { name: 'Next →' }).first().click();
    expect(await page.locator('nav.pager span').first().innerText()).toBe('Change 2 of 7');
  });

  it('run no script but their own', async () => {
    await using opened = await visit(browser, registry, REPORT);
    const { page } = opened;
    const allowed = await evaluate<boolean[]>(
      page,
      `Promise.all([
        new Promise((done) => {
          const inline = document.createElement('script');
          inline.textContent = 'window.ran = true';
          document.body.append(inline);
          done(window.ran === true);
        }),
        new Promise((done) => {
          const recorded = document.createElement('script');
          recorded.onload = () => done(true);
          recorded.onerror = () => done(false);
          recorded.src = '/${REPOSITORY}/recording/file?path=${encodeURIComponent(recordings.renamed.path)}';
          document.body.append(recorded);
        }),
      ])`,
    );
    expect(allowed).toEqual([false, false]);
  });
});
