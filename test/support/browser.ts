import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Usual paths of a Chromium browser. */
const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const candidates = process.env['CHROMIUM'] ? [process.env['CHROMIUM']] : USUAL_PATHS;

/**
 * The browser of this machine: the value of `CHROMIUM`, else one at a usual path; null if there is
 * none.
 */
export const CHROMIUM = candidates.find((path) => existsSync(path)) ?? null;

/** Printed when there is no browser, so that skipped tests do not look like passed ones. */
export const WITHOUT_BROWSER =
  'The tests of pages in a browser are skipped: no Chromium is here. Install one, or name it in CHROMIUM.';

export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('there is no browser on this machine');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      // The sandbox does not start as root, as in many containers. The browser opens only pages of the
      // tests.
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

/** Unexpected effects of a page: console messages, dialogs, requests to other hosts. */
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
