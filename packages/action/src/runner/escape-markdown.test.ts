import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, inlineCode } from './escape-markdown.js';

/** Rendered as GitHub's markdown, but without sanitizing HTML, so that unescaped HTML shows. */
const rendered = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

/** The same, with bare URLs as text, because they lead where they say. */
const withoutAddresses = (markdown: string) => rendered(markdown).replace(/<a href="([^"]*)">\1<\/a>/g, '$1');

describe('escapeMarkdown', () => {
  it.each([
    'see [here](https://evil.example)',
    '![](https://evil.example/x.png)',
    '<img src=x onerror=alert(1)> <a href="//evil.example">x</a>',
    'first\n\n# Heading\n\n- list\n\n```\ncode',
    '# Heading',
    '- list',
    '1. list',
    '> quote',
    '| a | b |\n|---|---|\n| c | d |',
    'a\r\n\r\n[ref]: https://evil.example\r\n\r\n[ref]',
  ])('renders %j as one plain paragraph', (text) => {
    expect(withoutAddresses(`Problem: ${escapeMarkdown(text)}`)).toMatch(/^<p>[^<]*<\/p>$/);
    expect(withoutAddresses(escapeMarkdown(text))).toMatch(/^<p>[^<]*<\/p>$/);
  });

  it('keeps code spans, which the messages of the action contain', () => {
    expect(rendered(escapeMarkdown('Grant the job `permissions: actions: read`.'))).toBe(
      '<p>Grant the job <code>permissions: actions: read</code>.</p>',
    );
  });
});

describe('inlineCode', () => {
  it.each([
    ['main', '<p>(<code>main</code>)</p>'],
    ['a`b', '<p>(<code>a`b</code>)</p>'],
    ['`x``', '<p>(<code>`x``</code>)</p>'],
    ['<b>[x](y)', '<p>(<code>&lt;b&gt;[x](y)</code>)</p>'],
    ['two\nlines', '<p>(<code>two␊lines</code>)</p>'],
  ])('renders %j unchanged', (name, html) => {
    expect(rendered(`(${inlineCode(name)})`)).toBe(html);
  });
});
