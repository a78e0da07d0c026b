import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { anyChange, reportOf } from '../../../../test/report-changes.js';
import { renderText } from '../text/render-text.js';
import { renderMarkdown } from './render-markdown.js';

/**
 * Parses the report as GitHub does: its tags, and its text outside code, where mentions and links are active.
 */
function asHtml(markdown: string) {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const alive = html
    .replaceAll(/<pre>[\s\S]*?<\/pre>|<code[^>]*>[\s\S]*?<\/code>/g, '')
    // The path of a change is in the address of its page.
    .replaceAll(/<a href="https:\/\/registry\.example\/o\/n\/pull\/7[^"]*">/g, '<a>');
  const rows = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map((row) => row[1]?.match(/<t[hd]/g)?.length);
  return { html, alive, tags: [...html.matchAll(/<(?!\/)[^>]*>/g)].map((tag) => tag[0]), rows };
}

const HARMLESS =
  /^<(?:h3|p|ul|li|br|table|thead|tbody|tr|t[hd]|code|code class="language-diff"|pre|details|summary|a href="https:\/\/registry\.example\/o\/n\/pull\/7(?:\/change\?path=[\w%.*+-]*|\?(?:cause=[0-9a-f]{12}|level=COSMETIC))?")>$/;

describe('hostile recordings', () => {
  it('cannot add a tag, link, mention or table row', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 1, maxLength: 6 }), (list) => {
        const { alive, tags, rows, html } = asHtml(renderMarkdown(reportOf(list)));
        expect(tags.filter((tag) => !HARMLESS.test(tag))).toEqual([]);
        expect(alive).not.toMatch(/@[a-z]|#\d|evil|octocat|onerror/);
        expect(rows.every((cells) => cells === 2)).toBe(true);
        expect(html.match(/<details>/g)?.length).toBe(html.match(/<\/details>/g)?.length);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get through
        expect(html).not.toMatch(/[\u0000-\u0008\u001b\u202e\u2028]/);
      }),
      { numRuns: 300 },
    );
  });

  it('cannot control a terminal', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 4 }), (list) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get through
        expect(renderText(reportOf(list))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      }),
    );
  });

  it('cannot change the target of a link, or hide a reason', () => {
    const text = renderMarkdown(
      reportOf([{ kind: 'ADDED' }], {
        url: 'javascript:alert(1)',
        baseline: {
          label: '`@a`',
          commit: null,
          createdAt: new Date(0),
          reason: '@octocat <b> ` [x](https://evil.example)',
        },
      }),
    );
    const { alive, tags } = asHtml(text);
    expect(text).not.toContain('javascript:');
    expect(tags.filter((tag) => /^<(?:b|a href="h)/.test(tag))).toEqual([]);
    expect(alive).not.toMatch(/@octocat/);
  });
});
