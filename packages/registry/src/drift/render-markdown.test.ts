import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { describeChange } from './describe-change.js';
import {
  type Drift,
  type DriftChange,
  type DriftKind,
  type DriftLevel,
  type DriftSide,
  rank,
} from './drift.js';
import { renderMarkdown } from './render-markdown.js';
import { renderText } from './render-text.js';
import type { Report } from './report.js';
import { compareTexts } from './text-difference.js';
import { code } from './words.js';

interface Told {
  kind?: DriftKind;
  level?: DriftLevel | null;
  test?: string | null;
  path?: string;
  model?: string;
  words?: string;
  rule?: string;
  texts?: [string, string];
  request?: string;
  unplayable?: boolean;
}

function change(told: Told): DriftChange {
  const {
    kind = 'CHANGED',
    level = null,
    test = 'tests/test_a.py::test_one',
    path = 'rec/a.json',
    model = 'm',
  } = told;
  const side: DriftSide = {
    path,
    digest: '',
    size: 1,
    testId: test,
    model,
    endpoint: null,
    hash: null,
    hashStatus: 'VERIFIED',
  };
  const given = {
    kind,
    level,
    path,
    previousPath: kind === 'MOVED' || kind === 'REKEYED' ? `old/${path}` : null,
    testId: test,
    model,
    unplayable: told.unplayable ?? false,
    reasons: level === null ? [] : [{ rule: told.rule ?? 'x', level, path: 'x', words: told.words ?? 'x' }],
    requestChange: told.request ? { key: told.request, shape: 'seed added', words: [told.request] } : null,
    texts: told.texts ? [compareTexts('x', ...told.texts)] : [],
    before: kind === 'ADDED' ? null : side,
    after: kind === 'REMOVED' ? null : side,
  };
  return { ...given, ...describeChange(given) };
}

function report(told: Told[], url = 'https://registry.example/o/n/pull/7'): Report {
  const changes = told.map(change);
  const kinds = (kind: DriftKind) => changes.filter((one) => one.kind === kind).length;
  const levels = (level: DriftLevel) => changes.filter((one) => one.level === level).length;
  const drift: Drift = {
    changes,
    summary: {
      added: kinds('ADDED'),
      removed: kinds('REMOVED'),
      changed: kinds('CHANGED'),
      rekeyed: kinds('REKEYED'),
      moved: kinds('MOVED'),
      unchanged: 3,
      cosmetic: levels('COSMETIC'),
      metadata: levels('METADATA'),
      content: levels('CONTENT'),
      behaviour: levels('BEHAVIOUR'),
    },
    level: changes.map((one) => one.level).sort((a, b) => rank(b) - rank(a))[0] ?? null,
    rules: 'test',
  };
  const [then, now] = [new Date('2025-10-01T08:00:00Z'), new Date('2025-10-04T09:00:00Z')];
  return {
    repository: 'o/n',
    drift,
    baseline: { label: 'main', commit: '0123456789abcdef', createdAt: then, reason: 'merge base' },
    head: { label: 'pull/7', commit: null, createdAt: now },
    url,
  };
}

function firstLine(told: Told[]): string {
  return renderMarkdown(report(told)).split('\n')[0] ?? '';
}

describe('the first line', () => {
  it.each<[string, Told[]]>([
    [
      '### 2 tests changed behaviour, 1 reworded, 1 with other content, 1 with other metadata, 3 cosmetic; 2 new, 1 removed, 1 with another request, 1 moved',
      [
        { level: 'BEHAVIOUR' },
        { level: 'BEHAVIOUR' },
        { level: 'BEHAVIOUR', test: 'other' },
        { level: 'CONTENT', texts: ['a', 'b'] },
        { level: 'CONTENT' },
        { level: 'METADATA' },
        { level: 'COSMETIC' },
        { level: 'COSMETIC' },
        { level: 'COSMETIC', kind: 'REKEYED' },
        { kind: 'ADDED' },
        { kind: 'ADDED' },
        { kind: 'REMOVED' },
        { kind: 'MOVED' },
      ],
    ],
    ['### Nothing that a test would notice: 1 cosmetic', [{ level: 'COSMETIC' }]],
    ['### 1 recording can no longer be played', [{ level: 'BEHAVIOUR', unplayable: true }]],
    ['### 1 recording changed behaviour', [{ level: 'BEHAVIOUR', test: null }]],
    ['### 1 new (1 that no recorder will find)', [{ kind: 'ADDED', unplayable: true }]],
    ['### No drift', []],
  ])('%s', (line, told) => {
    expect(firstLine(told)).toBe(line);
  });
});

describe('the report', () => {
  it('says what was compared, and nothing more when there is no drift', () => {
    expect(renderMarkdown(report([]))).toBe(
      '### No drift\n\nThe recordings of `pull/7` in `o/n` are the same as `main@012345678` (merge base).',
    );
    expect(renderMarkdown(report([{ kind: 'ADDED' }]))).toContain(
      '`pull/7` compared with `main@012345678` (merge base), 3 days older.',
    );
  });

  it('gives each test one line, and what is the same in several tests once', () => {
    const words = 'finish reason `stop` → `length`';
    const text = renderMarkdown(
      report([
        { level: 'BEHAVIOUR', test: 'a.py::one', words },
        { level: 'BEHAVIOUR', test: 'a.py::two', words },
        { level: 'BEHAVIOUR', test: 'a.py::three', words: 'calls `go`' },
        { level: 'BEHAVIOUR', test: 'a.py::three', words: 'refusal' },
      ]),
    );
    expect(text.split('\n').filter((line) => line.startsWith('| `'))).toEqual([
      '| `a.py::one` and `a.py::two` | `m` | finish reason `stop` → `length` |',
      '| `a.py::three` | `m` | calls `go` and refusal |',
    ]);
  });

  it('says a change of the request once for all that share it', () => {
    const told = Array.from({ length: 14 }, (_, index): Told => {
      return {
        kind: 'REKEYED',
        level: 'COSMETIC',
        test: `a.py::t${index}`,
        request: '`stream_options` added',
      };
    });
    const lines = renderMarkdown(report(told)).split('\n');
    expect(lines.filter((line) => line.includes('stream_options'))).toEqual([
      '- `stream_options` added in 14 recordings: `a.py::t0`, `a.py::t1`, `a.py::t2` and 11 more',
    ]);
  });

  it('tells unplayable recordings before behaviour, and behaviour before the rest', () => {
    const text = renderMarkdown(
      report([
        { kind: 'ADDED' },
        { level: 'COSMETIC' },
        { level: 'METADATA' },
        { level: 'CONTENT', texts: ['old words', 'new words'] },
        { level: 'BEHAVIOUR' },
        { level: 'BEHAVIOUR', unplayable: true },
      ]),
    );
    const titles = text.match(/^#### .*$/gm);
    expect(titles).toEqual([
      '#### No recorder will find (1)',
      '#### Behaviour (1)',
      '#### Reworded answers (1)',
      '#### Metadata (1)',
      '#### New (1)',
      '#### Cosmetic (1)',
    ]);
    expect(text).toContain('```diff\n- old words\n+ new words\n```');
  });

  it('groups what is new by test file', () => {
    const told = ['a.py::one', 'a.py::one', 'a.py::two', 'b.py::x'].map(
      (test): Told => ({ kind: 'ADDED', test }),
    );
    expect(renderMarkdown(report(told))).toContain(
      '- `a.py`: 3 recordings of 2 tests (`m`)\n- `b.py`: 1 recording of 1 test (`m`)',
    );
  });
});

const piece = fc.constantFrom(
  ...[
    '@octocat',
    '`',
    '```',
    '~~~',
    '</details>',
    '<img src=x onerror=alert(1)>',
    '<!--',
    '-->',
    '[a](javascript:x)',
    '|',
  ],
  ...[
    '\\',
    '\n',
    '\r',
    '\n\n# title\n',
    '\n- ',
    'https://evil.example',
    'www.evil.example',
    'me@evil.example',
    '#12',
    'o/n#3',
  ],
  ...[
    '&lt;',
    '&amp;',
    '$x$',
    '\u0000',
    '\u001b[31m',
    '\u202e',
    '\u2028',
    '\ud800',
    '🙂',
    ' ',
    'word',
    '*',
    '_',
    '"',
    '===',
  ],
);
const hostile = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
const told = fc.record<Told>({
  kind: fc.constantFrom('CHANGED', 'REKEYED', 'MOVED', 'ADDED', 'REMOVED'),
  level: fc.constantFrom('COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'),
  test: fc.oneof(hostile, fc.constant(null)),
  path: hostile,
  model: hostile,
  words: hostile.map((text) => `answer ${code(text)} → ${code(text)}`),
  texts: fc.tuple(hostile, hostile),
  request: hostile.map((text) => `${code(text)} added`),
  unplayable: fc.boolean(),
});

/** Takes the report apart as GitHub would: its tags, and its text outside of code, where mentions and links come alive. */
function asHtml(markdown: string) {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const alive = html.replaceAll(/<pre>[\s\S]*?<\/pre>|<code[^>]*>[\s\S]*?<\/code>/g, '');
  const rows = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map((row) => row[1]?.match(/<t[hd]/g)?.length);
  return { html, alive, tags: [...html.matchAll(/<(?!\/)[^>]*>/g)].map((tag) => tag[0]), rows };
}

const HARMLESS =
  /^<(?:h[34]|p|ul|li|table|thead|tbody|tr|t[hd]|code|code class="language-diff"|pre|details|summary|a href="https:\/\/registry\.example\/o\/n\/pull\/7")>$/;

describe('hostile recordings', () => {
  it('stay in their place: no tag, link, mention or row of theirs', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 6 }), (list) => {
        const { alive, tags, rows, html } = asHtml(renderMarkdown(report(list)));
        expect(tags.filter((tag) => !HARMLESS.test(tag))).toEqual([]);
        expect(tags.filter((tag) => tag.startsWith('<a '))).toHaveLength(1);
        expect(alive).not.toMatch(/@[a-z]|#\d|evil|octocat|onerror/);
        expect(rows.every((cells) => cells === 3)).toBe(true);
        expect(html.match(/<details>/g)?.length).toBe(html.match(/<\/details>/g)?.length);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get through
        expect(html).not.toMatch(/[\u0000-\u0008\u001b\u202e\u2028]/);
      }),
      { numRuns: 300 },
    );
  });

  it('do not move a terminal', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 4 }), (list) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get through
        expect(renderText(report(list))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      }),
    );
  });

  it('cannot choose where the link leads, or hide a reason', () => {
    const text = renderMarkdown({
      ...report([{ kind: 'ADDED' }], 'javascript:alert(1)'),
      baseline: {
        label: '`@a`',
        commit: null,
        createdAt: new Date(0),
        reason: '@octocat <b> ` [x](https://evil.example)',
      },
    });
    const { alive, tags } = asHtml(text);
    expect(text).not.toContain('javascript:');
    expect(tags.filter((tag) => /^<(?:b|a href="h)/.test(tag))).toEqual([]);
    expect(alive).not.toMatch(/@octocat/);
  });
});

describe('the limit', () => {
  it('holds for any report and any limit, and the same report is the same text', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), fc.integer({ min: 0, max: 8000 }), (list, limit) => {
        const text = renderMarkdown(report(list), limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(renderMarkdown(report(list), limit)).toBe(text);
      }),
    );
  });

  it('is kept by shrinking: the folds first, the counts never', () => {
    const list = Array.from({ length: 2000 }, (_, index): Told => {
      const texts: [string, string] = [`${index} `.repeat(60), `new ${index} `.repeat(60)];
      return {
        level: index % 2 ? 'CONTENT' : 'BEHAVIOUR',
        test: `a.py::t${index}`,
        words: `other ${index}`,
        texts,
      };
    });
    const sizes = [1_000_000, 40_000, 10_000, 2_000].map((limit) => {
      const text = renderMarkdown(report(list), limit);
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text.split('\n')[0]).toBe('### 1,000 tests changed behaviour, 1,000 reworded');
      expect(text).toContain('[Whole report](https://registry.example/o/n/pull/7)');
      expect(text).toMatch(/… and [\d,]+ more recordings in the whole report\./);
      return { rows: text.match(/^\| `/gm)?.length ?? 0, folds: text.match(/<details>/g)?.length ?? 0 };
    });
    expect(sizes[0]?.folds).toBeGreaterThan(sizes[1]?.folds ?? 0);
    expect(sizes[0]?.rows).toBe(300);
    expect(sizes[1]?.rows).toBe(300);
    expect(sizes[2]?.rows).toBeLessThan(300);
  });
});

describe('the report for a terminal', () => {
  it('tells the same without markup', () => {
    const told: Told[] = [
      { level: 'BEHAVIOUR', words: 'finish reason `stop` → `length`' },
      { kind: 'ADDED' },
    ];
    expect(renderText(report(told))).toBe(
      [
        '1 test changed behaviour; 1 new',
        'pull/7 compared with main@012345678 (merge base), 3 days older',
        '',
        'Behaviour',
        '  test_a.py::test_one: finish reason stop → length',
        '',
        'New',
        '  tests/test_a.py: 1 recording',
        '',
      ].join('\n'),
    );
  });
});
