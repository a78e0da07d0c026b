import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { watch } from './browser.js';
import type { TestRegistry } from './registry.js';

/** Opens a page of a registry as somebody who has its admin token. Disposing closes it. */
export async function visit(
  browser: Browser,
  registry: TestRegistry,
  path: string,
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext({
    baseURL: registry.url,
    extraHTTPHeaders: { authorization: `Bearer ${registry.adminToken}` },
    ...options,
  });
  const page = await context.newPage();
  const seen = watch(page, registry.url);
  await page.goto(path);
  return { page, context, seen, [Symbol.asyncDispose]: () => context.close() };
}

/** Evaluates an expression in a page. */
export function evaluate<Value>(page: Page, code: string): Promise<Value> {
  return page.evaluate(code) as Promise<Value>;
}

/** Opens all folds of a page. */
export async function openFolds(page: Page): Promise<void> {
  await evaluate(page, 'document.querySelectorAll("main details").forEach((fold) => { fold.open = true; })');
}
