import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMENT_MARKER } from '../names.js';
import { hasMarker, MAX_COMMENT_CHARACTERS, renderComment } from './comment-body.js';
import type { Report } from './drift-report.js';

const EMPTY: Report = {
  level: null,
  unaccepted: 0,
  unacceptedLevel: null,
  added: 0,
  removed: 0,
  changed: 0,
  rekeyed: 0,
  moved: 0,
  errors: 0,
  markdown: '',
  text: '',
  url: 'https://fixtures.example.com/r',
  head: { id: 's1' },
  baseline: { id: 'baseline' },
};
const drifted = (markdown: string): Report => ({ ...EMPTY, level: 'CONTENT', changed: 1, markdown });

describe('renderComment', () => {
  it('renders the report after the marker', () => {
    expect(renderComment(drifted('### Drift'), 'auto', null)).toEqual({
      body: `${COMMENT_MARKER}\n### Drift`,
      createIfAbsent: true,
    });
  });

  it('ends with a note and the fork, within the limit', () => {
    const { body } = renderComment(drifted('x'.repeat(70_000)), 'auto', 'someone/tests', '⚠️ a note');
    expect(body).toMatch(/\n\n⚠️ a note\n\nThese recordings come from the fork/);
    expect(body.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
  });

  it.each([
    ['auto', false],
    ['always', true],
  ] as const)('without drift, %s creates a comment: %s', (mode, createIfAbsent) => {
    const comment = renderComment(EMPTY, mode, null);
    expect(comment.createIfAbsent).toBe(createIfAbsent);
    expect(comment.body).toMatch(/No fixture drift/);
    expect(hasMarker(comment.body)).toBe(true);
  });

  it('renders additions and cosmetic changes', () => {
    expect(renderComment({ ...EMPTY, added: 1, markdown: 'new' }, 'auto', null).createIfAbsent).toBe(true);
    expect(
      renderComment({ ...EMPTY, changed: 1, level: 'COSMETIC', markdown: 'x' }, 'auto', null).createIfAbsent,
    ).toBe(true);
  });

  it('never exceeds the limit and links to the whole report when it cuts', () => {
    const line = fc.constantFrom(
      '<details><summary>x</summary>',
      '</details>',
      '```diff',
      '````',
      '```',
      '~~~',
      'words '.repeat(40),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 400, maxLength: 1200 }), (lines) => {
        const markdown = lines.join('\n').padEnd(70_000, ' more');
        const { body } = renderComment(drifted(markdown), 'auto', null);
        expect(body.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
        expect(body).toMatch(/\(https:\/\/fixtures\.example\.com\/r\)\.$/);
      }),
      { numRuns: 30 },
    );
  });

  it('closes the fold and the code block that the cut left open', () => {
    const markdown = `<details>\n\n\`\`\`diff\n${'+ a line of a difference\n'.repeat(4000)}\`\`\`\n\n</details>`;
    const { body } = renderComment(drifted(markdown), 'auto', null);
    expect(body).toMatch(/difference\n```\n\n<\/details>\n\nThis report is too long/);
  });

  it('does not cut a report of exactly the limit', () => {
    const markdown = 'x'.repeat(MAX_COMMENT_CHARACTERS - COMMENT_MARKER.length - 1);
    expect(renderComment(drifted(markdown), 'auto', null).body).toHaveLength(MAX_COMMENT_CHARACTERS);
    expect(renderComment(drifted(markdown), 'auto', null).body.endsWith('x')).toBe(true);
  });
});

describe('hasMarker', () => {
  it.each([
    [`${COMMENT_MARKER}\n### Drift`, true],
    [`> ${COMMENT_MARKER}\n> ### Drift\n\nWhat is this?`, false],
    [`Look: ${COMMENT_MARKER}`, false],
    ['', false],
    [null, false],
    [undefined, false],
  ])('%j: %s', (body, expected) => expect(hasMarker(body)).toBe(expected));
});
