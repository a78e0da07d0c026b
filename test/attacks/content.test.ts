import { connect } from 'node:net';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openBrowser, watch } from '../support/browser.js';
import { HOSTILE } from '../support/hostile-text.js';
import { askToPush, pushFiles } from '../support/push-files.js';
import { openRaw } from '../support/raw-http.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

const REPOSITORY = 'acme/shop';
const RECORDED_HTML =
  '<!doctype html><script>fetch("/").then(() => (document.title = "broken out"))</script>';
/** Elements and attributes that are active in a page, and that only a recording can have planted. */
const PLANTED =
  'script:not([src^="/-/page.js?"]), iframe, object, embed, main img, .planted, [onerror], [onmouseover], [href^="javascript:"]';

// See hostile-recordings.test.ts for hostile bytes in recordings, pages.test.ts for hostile URLs, and
// pages-browser.test.ts for clicks through hostile pages.
describe('hostile content', () => {
  let registry: TestRegistry;
  const asked = record({
    test: `tests/a.py::test_a[${HOSTILE}]`,
    model: HOSTILE,
    ask: `${HOSTILE} @everyone ![x](https://elsewhere.example/x.png)`,
    say: `${HOSTILE} [link](javascript:alert(1)) <!-- before`,
  });
  const html = 'tests/recordings/page.html.json';
  const evilName = `tests/recordings/a"; filename="evil.html" <b class="planted">.json`;
  beforeAll(async () => {
    registry = await startRegistry();
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: { ...filesOf(asked), [html]: RECORDED_HTML, [evilName]: RECORDED_HTML },
    });
    await pushFiles(registry, {
      repository: REPOSITORY,
      ref: { pullRequest: 7, base: 'main' },
      add: { [asked.path]: asked.text.replace('before', 'after'), [html]: `${RECORDED_HTML} ` },
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const at = (path: string) => `path=${encodeURIComponent(path)}`;
  it.each([
    '/',
    `/${REPOSITORY}`,
    `/${REPOSITORY}/models`,
    `/${REPOSITORY}/tests`,
    `/${REPOSITORY}/recordings`,
    `/${REPOSITORY}/recordings?search=${encodeURIComponent(HOSTILE)}`,
    `/${REPOSITORY}/recording?${at(asked.path)}`,
    `/${REPOSITORY}/recording?${at(html)}`,
    `/${REPOSITORY}/recording?${at(evilName)}`,
    `/${REPOSITORY}/pull/7`,
    `/${REPOSITORY}/pull/7/change?${at(asked.path)}`,
    `/${REPOSITORY}/pull/7/change?${at(html)}`,
  ])('markup in recordings, paths, tests and models is shown as text on the page %s', async (path) => {
    const page = await openPage(registry, path);
    expect(page.status).toBe(200);
    expect(page.all(PLANTED)).toEqual([]);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain('unsafe');
    // Only pages with the registry's own script allow one. It is a file, so that no inline script may run.
    const scripts = page.all('script').map((script) => [script.getAttribute('src'), script.textContent]);
    const own = expect.stringMatching(/^\/-\/page\.js\?[0-9a-f]{12}$/);
    expect(scripts).toEqual(policy.includes('script-src') ? [[own, '']] : []);
    expect(policy.match(/script-src[^;]*/)?.[0] ?? "script-src 'self'").toBe("script-src 'self'");
  });

  it('Markdown and HTML in recordings are shown as text in the comment on a pull request', async () => {
    const { repository } = await registry.ask<{ repository: { drift: { markdown: string } } }>(
      '{ repository(owner: "acme", name: "shop") { drift(pullRequest: 7) { markdown } } }',
    );
    const { markdown } = repository.drift;
    expect(markdown).toContain('after');
    const shown = micromark(markdown, {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    expect(shown).not.toMatch(/<script|<img|class="planted"|onmouseover=|javascript:alert\(1\)"/);
    // The output of a model must not notify anyone.
    expect(shown).not.toMatch(/(?<![\w\u200b/])@everyone/);
  });

  it('markup in the name of a reviewer is shown as text', async () => {
    const input = {
      owner: 'acme',
      name: 'shop',
      pullRequest: 7,
      by: '<img src=x onerror=alert(1) class=planted>',
    };
    await registry.ask('mutation ($input: AcceptDriftInput!) { acceptDrift(input: $input) { __typename } }', {
      input,
    });
    const page = await openPage(registry, `/${REPOSITORY}/pull/7`);
    expect(page.html).toContain('&lt;img src=x');
    expect(page.all(PLANTED)).toEqual([]);
  });

  it.each([html, evilName])(
    'the raw file %s, which contains HTML, is downloaded as text that no browser runs',
    async (path) => {
      const page = await openPage(registry, `/${REPOSITORY}/recording/file?${at(path)}`);
      expect(page.html).toBe(RECORDED_HTML);
      expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(page.headers.get('content-security-policy')).toContain('sandbox');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(page.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"$/);
    },
  );

  it('markup in a URL is returned as JSON that no browser runs', async () => {
    const path = '/<script>alert(1)</script>/x/y/z';
    const answer = await openPage(registry, path, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    const error = await openPage(
      registry,
      `/graphql?query=${encodeURIComponent('{ <script>alert(1)</script> }')}`,
      {
        headers: { accept: 'application/json' },
      },
    );
    expect(error.headers.get('content-type')).toMatch(/json/);
  });

  it('line breaks in URLs, headers and names cannot forge a line of the log', async () => {
    const forged = '{"level":30,"msg":"forged"}';
    await openPage(registry, `/x%0a${encodeURIComponent(forged)}%0d%0a/y`, { token: null });
    await openPage(registry, `/${REPOSITORY}/recordings?search=%0a${encodeURIComponent(forged)}`);
    await askToPush(registry, { repository: REPOSITORY, ref: { branch: `x\n${forged}\n` } });
    await askToPush(registry, {
      repository: REPOSITORY,
      ref: { branch: 'main' },
      add: { [`a\n${forged}\n/../b`]: '' },
    });
    await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': forged, 'x-request-id': `x ${forged}` },
      body: JSON.stringify({ query: '{ __typename }', operationName: `\n${forged}\n` }),
    });
    const lines = registry.output.stderr.trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      expect(JSON.parse(line), line).toMatchObject({ time: expect.any(Number) });
      expect(JSON.parse(line).msg).not.toBe('forged');
    }
  });

  it('line breaks in a value that a response repeats cannot add a header', async () => {
    const planted = '%0d%0aset-cookie:%20planted=1%0d%0ax-planted:%201';
    using raw = await openRaw(registry.url);
    raw.send(
      [
        '/-/sign-in?return=/',
        `/${REPOSITORY}/recording/file?${at(`x\r\nx-planted: 1`)}&x=`,
        `/-/acme/shop${planted}/archive.zip?branch=`,
      ]
        .map((path) => `GET ${path}${planted} HTTP/1.1\r\nhost: x\r\n\r\n`)
        .join(''),
    );
    await expect.poll(() => raw.received().split('HTTP/1.1 ').length).toBe(4);
    const form = await sendForm(registry, '/-/sign-in', {
      token: registry.adminToken,
      return: `/x\r\nx-planted: 1`,
    });
    expect(form.headers.get('location')).toBe('/');
    expect(form.headers.get('x-planted')).toBeNull();
    expect(raw.received()).not.toMatch(/^x-planted:/im);
    expect(raw.received()).not.toMatch(/^set-cookie: planted/im);
  });

  it('the request ID, host and path that a caller makes up appear in no response or metric', async () => {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'mine',
        authorization: `Bearer ${registry.adminToken}`,
      },
      body: '{"query":"{ repository(owner: \\"acme\\", name: \\"shop\\") { drift(pullRequest: 7) { url } } }"}',
    });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-/);
    using raw = await openRaw(registry.url);
    const body =
      '{"query":"{ repository(owner: \\"acme\\", name: \\"shop\\") { drift(pullRequest: 7) { url } } }"}';
    raw.send(
      `POST /graphql HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\ncontent-type: application/json\r\nauthorization: Bearer ${registry.adminToken}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    await raw.closed;
    expect(raw.received()).toContain(registry.url);
    expect(raw.received()).not.toContain('evil.example');
    for (let index = 0; index < 5; index++) await openPage(registry, `/made-up-${index}/x`, { token: null });
    const metrics = await (await fetch(`${registry.url}/metrics`)).text();
    expect(metrics).not.toContain('made-up');
  });

  it('bytes that are not HTTP are refused, and the registry serves the next client', async () => {
    for (const bytes of [
      '\x16\x03\x01\x02\x00\x01\x00',
      'GET /\r\n\r\n',
      'FOO BAR BAZ\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\0'.repeat(1_000),
    ]) {
      const { hostname, port } = new URL(registry.url);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.end(bytes));
        socket.on('error', () => {});
        socket.on('data', () => {});
        socket.once('close', () => resolve());
      });
    }
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
  });

  it('the content security policy of the GraphQL explorer allows its script and no other', async (test) => {
    const response = await fetch(`${registry.url}/graphql`, { headers: { accept: 'text/html' } });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[\w+/]{43}='; /);
    expect(policy).not.toMatch(/script-src[^;]*(unsafe|https?:|blob:)/);
    await response.arrayBuffer();
    if (CHROMIUM === null) return test.skip('no browser is here');
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const seen = watch(page, registry.url);
      await page.goto(`${registry.url}/graphql`);
      await page
        .getByRole('button', { name: /execute/i })
        .first()
        .waitFor();
      await expect.poll(() => page.content()).toContain('support-desk');
      expect(seen.filter((line) => /policy|error/i.test(line))).toEqual([]);
      await page.evaluate(`
        const planted = document.createElement('script');
        planted.textContent = 'document.title = "broken out"';
        document.body.append(planted);
        const image = document.createElement('img');
        image.setAttribute('onerror', 'document.title = "broken out"');
        image.src = 'data:,';
        document.body.append(image);
      `);
      await expect
        .poll(() => seen.filter((line) => /content security policy/i.test(line)).length)
        .toBeGreaterThan(0);
      expect(await page.title()).not.toBe('broken out');
    } finally {
      await browser.close();
    }
  });
});
