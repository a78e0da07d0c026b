import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where systems keep a browser of the Chromium family. */
const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const candidates = process.env['CHROMIUM'] ? [process.env['CHROMIUM']] : USUAL_PATHS;

/** The browser of this machine: what `CHROMIUM` names, else one at a usual path; null where there is none. */
export const CHROMIUM = candidates.find((path) => existsSync(path)) ?? null;

/** Said where there is none, so that nobody takes what is skipped for passed. */
export const WITHOUT_BROWSER =
  'The tests of pages in a browser are skipped: no Chromium is here. Install one, or name it in CHROMIUM.';

export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('there is no browser on this machine');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      // As root, as in many containers, its sandbox does not start; it opens pages of the tests only.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * What a page did that its reader did not ask for: messages of the console, dialogs, requests to elsewhere.
 */
export function watch(page: Page, home: string): string[] {
  const seen: string[] = [];
  page.on('console', (message) => seen.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(home) && !request.url().startsWith('data:'))
      seen.push(`request: ${request.url()}`);
  });
  return seen;
}
