import { describe, expect, it } from 'vitest';
import { renderComment } from '../../examples/demo/terminal/render-comment.js';

const plain = { width: 60, colour: false, links: false };
const MARKDOWN = `### 🔴 1 test calls a tool differently

\`417f4b6\`, compared with \`main@5c359b1\`. [Whole report](https://example.com/a)

| | what changed |
|---|---|
| 🔴 | calls \`book\` with \`a: 1\` instead of \`2\`<br>[\`test_a\`](https://example.com/b) |
| 🟡 | one answer in other words, which is long enough to need a second line |

<details><summary>2 new</summary>

- \`tests/a.py\`: 1 recording
- \`tests/b.py\`: 1 recording

</details>
<details><summary>1 text</summary>

\`\`\`diff
- old
+ new
\`\`\`

</details>

Accept: add the label.
`;

describe('renderComment', () => {
  it('draws headings, tables and collapsed folds', () => {
    expect(renderComment(MARKDOWN, plain)).toBe(
      `🔴 1 test calls a tool differently

417f4b6, compared with main@5c359b1. Whole report

┌────┬─────────────────────────────────────────────────────┐
│    │ what changed                                        │
├────┼─────────────────────────────────────────────────────┤
│ 🔴 │ calls book with a: 1 instead of 2                   │
│    │ test_a                                              │
├────┼─────────────────────────────────────────────────────┤
│ 🟡 │ one answer in other words, which is long enough to  │
│    │ need a second line                                  │
└────┴─────────────────────────────────────────────────────┘

▶ 2 new (2 lines)
▶ 1 text (2 lines)

Accept: add the label.`,
    );
  });

  it('writes styles and links only when asked', () => {
    const styled = renderComment('**a** [b](https://example.com/b) `c`', {
      width: 80,
      colour: true,
      links: true,
    });
    expect(styled).toContain('\u001b[1ma\u001b[22m');
    expect(styled).toContain('\u001b]8;;https://example.com/b\u001b\\');
    expect(styled).toContain('\u001b[36mc\u001b[39m');
    expect(renderComment('**a** [b](https://example.com/b) `c`', plain)).toBe('a b c');
  });

  it('keeps every line within the width, also of words that are longer', () => {
    const long = `| a | b |\n|---|---|\n| x | ${'y'.repeat(300)} ${'word '.repeat(40)} |`;
    for (const line of renderComment(long, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });
});
