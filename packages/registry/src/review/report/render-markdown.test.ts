import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { type DriftLevel, rank } from '../../vocabulary/level.js';
import { code } from '../../vocabulary/words.js';
import { compareTexts } from '../differences/compare-texts.js';
import type { Drift, DriftChange, DriftKind, DriftSide } from '../differences/drift.js';
import { describeChange } from './describe-change.js';
import { renderMarkdown } from './render-markdown.js';
import { renderText } from './render-text.js';
import type { Report } from './report.js';

interface ChangeSpec {
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
  /** Whether a new recording probably replaces an old one; `level` is then that of its response. */
  replaces?: boolean;
  reasons?: [rule: string, level: DriftLevel, words: string][];
}

function change(spec: ChangeSpec): DriftChange {
  const {
    kind = 'CHANGED',
    level = null,
    test = 'tests/test_a.py::test_one',
    path = 'rec/a.json',
    model = 'm',
  } = spec;
  const side: DriftSide = {
    path,
    digest: '',
    size: 1,
    testId: test,
    model,
    endpoint: null,
    hash: null,
    hashStatus: 'VERIFIED',
    playable: 'YES',
  };
  const reasons = (spec.reasons ?? []).map(([rule, at, words]) => ({ rule, level: at, path: 'x', words }));
  if (level !== null) {
    reasons.unshift({ rule: spec.rule ?? 'x', level, path: 'x', words: spec.words ?? 'x' });
  }
  const replaces = kind === 'ADDED' && spec.replaces === true;
  const given = {
    kind,
    level: kind === 'ADDED' || kind === 'REMOVED' ? null : level,
    path,
    previousPath: kind === 'MOVED' || kind === 'REKEYED' ? `old/${path}` : null,
    testId: test,
    model,
    unplayable: spec.unplayable ?? false,
    reasons,
    requestChange: spec.request ? { key: spec.request, shape: 'seed added', words: [spec.request] } : null,
    texts: spec.texts ? [compareTexts('x', ...spec.texts)] : [],
    before: kind === 'ADDED' ? null : side,
    after: kind === 'REMOVED' ? null : side,
    replaces: replaces ? { ...side, path: `old/${path}` } : null,
    renamedModel: null,
    failure: null,
    failedBefore: false,
    leftoverBeside: null,
    sharedWith: [],
    brokenFollowUps: [],
  };
  return { ...given, ...describeChange(given) };
}

function report(specs: ChangeSpec[], url = 'https://registry.example/o/n/pull/7'): Report {
  const changes = specs.map(change);
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
      errors: 0,
      unplayable: changes.filter((one) => one.unplayable).length,
    },
    level: changes.map((one) => one.level).sort((a, b) => rank(b) - rank(a))[0] ?? null,
    ignored: 0,
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

function firstLine(specs: ChangeSpec[]): string {
  return renderMarkdown(report(specs)).split('\n')[0] ?? '';
}

describe('the headline', () => {
  it.each<[string, ChangeSpec[]]>([
    [
      '### 2 tests changed behaviour, 1 reworded, 1 with changed content, 1 with changed metadata, 3 cosmetic; 2 new, 1 removed, 1 with a changed request, 1 moved',
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
    [
      '### 3 new (2 probably replace old ones)',
      [{ kind: 'ADDED' }, { kind: 'ADDED', replaces: true }, { kind: 'ADDED', replaces: true }],
    ],
    ['### No drift', []],
  ])('%s', (line, specs) => {
    expect(firstLine(specs)).toBe(line);
  });
});

describe('the report', () => {
  it('names only the compared snapshots without drift', () => {
    expect(renderMarkdown(report([]))).toBe(
      '### No drift\n\nThe recordings of `pull/7` in `o/n` are the same as `main@012345678` (merge base).',
    );
    expect(renderMarkdown(report([{ kind: 'ADDED' }]))).toContain(
      '`pull/7` compared with `main@012345678` (merge base), 3 days older.',
    );
  });

  it('has one line per test, and one for equal changes of several tests', () => {
    const words = 'finish reason `stop` → `length`';
    const text = renderMarkdown(
      report([
        { level: 'BEHAVIOUR', test: 'a.py::one', words },
        { level: 'BEHAVIOUR', test: 'a.py::two', words },
        { level: 'BEHAVIOUR', test: 'a.py::three', words: 'calls `go`' },
        { level: 'BEHAVIOUR', test: 'a.py::three', words: 'refusal' },
      ]),
    );
    expect(text.split('\n').filter((line) => line.endsWith(' |') && !line.startsWith('| what'))).toEqual([
      '| finish reason `stop` → `length` | `a.py::one` and `a.py::two` (`m`) |',
      '| calls `go` and refusal | `a.py::three` (`m`) |',
    ]);
  });

  it('lists a change of the request once for all recordings with it', () => {
    const specs = Array.from({ length: 14 }, (_, index): ChangeSpec => {
      return {
        kind: 'REKEYED',
        level: 'COSMETIC',
        test: `a.py::t${index}`,
        request: '`stream_options` added',
      };
    });
    const lines = renderMarkdown(report(specs)).split('\n');
    expect(lines.filter((line) => line.includes('stream_options'))).toEqual([
      '- `stream_options` added in 14 recordings: `a.py::t0`, `a.py::t1`, `a.py::t2` and 11 more',
    ]);
  });

  it('lists a difference of many tests once, and the other changes of each test separately', () => {
    const renamed = 'calls `web_search_2025` instead of `web_search`';
    const specs = ['one', 'two', 'three', 'four'].map((name): ChangeSpec => {
      const reasons: ChangeSpec['reasons'] =
        name === 'two'
          ? [['refusal', 'BEHAVIOUR', 'refusal added']]
          : [['text', 'CONTENT', `answer ${name}`]];
      return { level: 'BEHAVIOUR', test: `a.py::${name}`, words: renamed, reasons };
    });
    const lines = renderMarkdown(report(specs)).split('\n');
    expect(lines.filter((line) => line.startsWith('| ') && !line.startsWith('| what'))).toEqual([
      `| ${renamed} | \`a.py::one\`, \`a.py::two\`, \`a.py::three\` and 1 more (\`m\`) |`,
      '| refusal added | `a.py::two` (`m`) |',
    ]);
    expect(lines).toContain('#### Behaviour (4)');
  });

  it('lists a metadata difference once, with recordings that changed more, and groups numbers by rule', () => {
    const served = 'served model `gpt-4o-2024-08-06` → `gpt-4o-2024-11-20`';
    const usage = (tokens: number): [string, DriftLevel, string] => [
      'usage',
      'METADATA',
      `token usage \`total_tokens\` \`1\` → \`${tokens}\``,
    ];
    const specs = Array.from({ length: 57 }, (_, index): ChangeSpec => {
      const reasons: ChangeSpec['reasons'] = [usage(index)];
      if (index < 3) return { level: 'CONTENT', reasons: [...reasons, ['served model', 'METADATA', served]] };
      return { level: 'METADATA', rule: 'served model', words: served, reasons, test: `a.py::t${index}` };
    });
    const lines = renderMarkdown(report(specs)).split('\n');
    expect(lines.filter((line) => line.includes('served'))).toEqual([
      `- ${served} (including 3 with larger changes) in 57 recordings: \`test_a.py::test_one\`, \`a.py::t3\`, \`a.py::t4\` and 52 more`,
    ]);
    expect(lines.filter((line) => line.includes('token usage'))).toEqual([
      '- token usage `total_tokens` `1` → `3` and similar in 54 recordings: `a.py::t3`, `a.py::t4`, `a.py::t5` and 51 more',
    ]);
  });

  it('groups probable replacements by how their requests differ', () => {
    const request = '`stream_options` added';
    const specs = Array.from({ length: 14 }, (_, index): ChangeSpec => {
      const answer: ChangeSpec =
        index === 0 ? { level: 'BEHAVIOUR', words: 'calls `go`' } : { level: 'COSMETIC' };
      return { kind: 'ADDED', replaces: true, request, test: `a.py::t${index}`, ...answer };
    });
    const text = renderMarkdown(report([...specs, { kind: 'ADDED', test: 'b.py::new' }]));
    expect(text).toContain('#### Probable replacements (14)');
    expect(text).toContain('A push removes it only with `--prune`.');
    expect(text).toContain(
      '- `stream_options` added in 14 recordings: `a.py::t0`, `a.py::t1`, `a.py::t2` and 11 more; 13 with the same answer, 1 with changed behaviour\n  - calls `go`: `a.py::t0`',
    );
    expect(text).toContain('#### New (1)\n\n- `b.py`');
    expect(text).not.toContain('#### Behaviour');
  });

  it('has unplayable recordings before behaviour, and behaviour before other sections', () => {
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
      '#### Unplayable (1)',
      '#### Behaviour (1)',
      '#### Reworded answers (1)',
      '#### Metadata (1)',
      '#### New (1)',
      '#### Cosmetic (1)',
    ]);
    expect(text).toContain('```diff\n- old words\n+ new words\n```');
  });

  it('groups new recordings by test file', () => {
    const specs = ['a.py::one', 'a.py::one', 'a.py::two', 'b.py::x'].map(
      (test): ChangeSpec => ({ kind: 'ADDED', test }),
    );
    expect(renderMarkdown(report(specs))).toContain(
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
const anySpec = fc.record<ChangeSpec>({
  kind: fc.constantFrom('CHANGED', 'REKEYED', 'MOVED', 'ADDED', 'REMOVED'),
  level: fc.constantFrom('COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'),
  test: fc.oneof(hostile, fc.constant(null)),
  path: hostile,
  model: hostile,
  words: hostile.map((text) => `answer ${code(text)} → ${code(text)}`),
  texts: fc.tuple(hostile, hostile),
  request: hostile.map((text) => `${code(text)} added`),
  unplayable: fc.boolean(),
  replaces: fc.boolean(),
});

/**
 * Parses the report as GitHub does: its tags, and its text outside code, where mentions and links are active.
 */
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
  it('cannot add a tag, link, mention or table row', () => {
    fc.assert(
      fc.property(fc.array(anySpec, { minLength: 1, maxLength: 6 }), (list) => {
        const { alive, tags, rows, html } = asHtml(renderMarkdown(report(list)));
        expect(tags.filter((tag) => !HARMLESS.test(tag))).toEqual([]);
        expect(tags.filter((tag) => tag.startsWith('<a '))).toHaveLength(1);
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
      fc.property(fc.array(anySpec, { maxLength: 4 }), (list) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get through
        expect(renderText(report(list))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      }),
    );
  });

  it('cannot change the target of a link, or hide a reason', () => {
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
  it('applies to any report, and equal reports have equal text', () => {
    fc.assert(
      fc.property(fc.array(anySpec, { maxLength: 30 }), fc.integer({ min: 0, max: 8000 }), (list, limit) => {
        const text = renderMarkdown(report(list), limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(renderMarkdown(report(list), limit)).toBe(text);
      }),
    );
  });

  it('shrinks the folds first and keeps the counts', () => {
    const list = Array.from({ length: 2000 }, (_, index): ChangeSpec => {
      const texts: [string, string] = [`${index} `.repeat(25), `new ${index} `.repeat(25)];
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
      return { rows: text.match(/^\| other/gm)?.length ?? 0, folds: text.match(/<details>/g)?.length ?? 0 };
    });
    expect(sizes[0]?.folds).toBeGreaterThan(sizes[1]?.folds ?? 0);
    expect(sizes[0]?.rows).toBe(300);
    expect(sizes[1]?.rows).toBe(300);
    expect(sizes[2]?.rows).toBeLessThan(300);
  });
});

describe('the report for a terminal', () => {
  it('has the same content without markup', () => {
    const specs: ChangeSpec[] = [
      { level: 'BEHAVIOUR', words: 'finish reason `stop` → `length`' },
      { kind: 'ADDED' },
    ];
    expect(renderText(report(specs))).toBe(
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
