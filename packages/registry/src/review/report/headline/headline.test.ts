import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyChange, type ChangeSpec, changeOf, driftOf } from '../../../../test/report-changes.js';
import { plain } from '../../../vocabulary/words.js';
import { markOf, markOfLine } from '../causes/mark.js';
import { failureParts, lesserFailureParts } from './failure-parts.js';
import { headline } from './headline.js';

const times = (number: number, spec: ChangeSpec): ChangeSpec[] =>
  Array.from({ length: number }, (_, index) => ({ test: `a.py::t${index}`, path: `${index}.json`, ...spec }));
const error = (spec: ChangeSpec = {}): ChangeSpec => ({
  kind: 'ADDED',
  level: 'BEHAVIOUR',
  failure: { kind: 'ERROR', status: 400, text: 'bad' },
  ...spec,
});
const searchError: ChangeSpec = {
  level: 'BEHAVIOUR',
  failure: { kind: 'TOOL_ERROR', tool: 'web_search', text: 'pass your API key' },
};
const noLongerCalls: ChangeSpec = { level: 'BEHAVIOUR', words: 'no longer calls `calculate(a: 1)`' };
const bolivia: ChangeSpec = { level: 'CONTENT', words: '`Bolivia` → `Peru`', texts: ['Bolivia', 'Peru'] };
const reworded: ChangeSpec = { level: 'CONTENT', words: 'answer in other words', texts: ['a b', 'b a'] };

describe('headline', () => {
  it.each<[string, ChangeSpec[]]>([
    ['14 of 18 new recordings are errors (400)', [...times(14, error()), ...times(4, { kind: 'ADDED' })]],
    ['All 2 new recordings are errors (400)', times(2, error())],
    ['1 new recording is an error (400)', [error()]],
    ['2 recordings are errors (400), 1 of them new', [error(), error({ kind: 'CHANGED' })]],
    ['1 recording is an error', [error({ kind: 'CHANGED', failure: { kind: 'ERROR' } })]],
    [
      'Web search returns an error in 6 recordings; 1 test no longer calls its tool; 1 stray error recording',
      [
        ...times(6, searchError),
        noLongerCalls,
        { ...error({ kind: 'CHANGED' }), leftoverBeside: 'good.json' },
      ],
    ],
    [
      '`my_tool` returns an error in 1 recording',
      [{ level: 'BEHAVIOUR', failure: { kind: 'TOOL_ERROR', tool: 'my_tool' } }],
    ],
    [
      '1 empty answer; 2 answers are cut off; 1 error as before',
      [
        { level: 'BEHAVIOUR', failure: { kind: 'EMPTY' } },
        ...times(2, { level: 'BEHAVIOUR', failure: { kind: 'CUT_OFF' } }),
        error({ kind: 'CHANGED', level: 'COSMETIC', failedBefore: true }),
      ],
    ],
    ['3 recordings can no longer be played', times(3, { level: 'BEHAVIOUR', unplayable: true })],
    ['1 new recording that no recorder will find', [{ kind: 'ADDED', unplayable: true }]],
    ['2 follow-up calls will not be found', [{ level: 'BEHAVIOUR', brokenFollowUps: ['a', 'b'] }]],
    ['2 tests no longer call their tools', times(2, noLongerCalls)],
    ['1 recording no longer calls its tool', [{ ...noLongerCalls, test: null }]],
    [
      '1 test no longer calls its tool; 2 tests call a tool differently; 1 test changed behaviour',
      [
        noLongerCalls,
        { level: 'BEHAVIOUR', words: 'calls `f` with `a: 1` → `2`', test: 'a.py::x', path: 'x' },
        { level: 'BEHAVIOUR', words: 'calls `g` instead of `h`', test: 'a.py::y', path: 'y' },
        { level: 'BEHAVIOUR', words: `refusal added: ${'long '.repeat(30)}`, path: 'z' },
      ],
    ],
    [
      `Now calls \`f(a: ${'1'.repeat(34)}…\` in 1 recording`,
      [{ level: 'BEHAVIOUR', words: `now calls \`f(a: ${'1'.repeat(60)})\`` }],
    ],
    ['Refusal added in 2 recordings', times(2, { level: 'BEHAVIOUR', words: 'refusal added' })],
    [
      '2 tests changed behaviour',
      times(2, { level: 'BEHAVIOUR' }).map((spec, index) => ({ ...spec, words: `status ${index}` })),
    ],
    [
      '1 recording shared by 2 tests is overwritten; 1 new',
      [{ level: 'CONTENT', sharedWith: ['b.py::other'] }, { kind: 'ADDED' }],
    ],
    ['`Bolivia` → `Peru` in 1 answer', [bolivia]],
    ['2 answers in other words', times(2, reworded)],
    [
      '2 answers in other words; 1 answer with other white space',
      [...times(2, reworded), { level: 'CONTENT', words: 'answer differs in white space', path: 'x' }],
    ],
    [
      '`Bolivia` → `Peru` in 1 answer; 2 answers in other words; 1 removed',
      [bolivia, ...times(2, reworded), { kind: 'REMOVED' }],
    ],
    [
      'Model `a` renamed to `b` in 69 recordings; answer begins with `<reasoning>` in 52 recordings; 69 with a changed request',
      [
        ...times(52, { level: 'CONTENT', words: 'answer begins with `<reasoning>`' }),
        ...times(17, { level: 'COSMETIC' }),
      ].map(
        (spec): ChangeSpec => ({
          ...spec,
          kind: 'REKEYED',
          modelBefore: 'a',
          model: 'b',
          request: '`model`',
        }),
      ),
    ],
    ['Nothing that a test would notice: 341 cosmetic', times(341, { level: 'COSMETIC' })],
    [
      'Nothing that a test would notice: 1 with changed metadata, 2 cosmetic; 1 new, 1 with a changed request',
      [
        { level: 'METADATA' },
        { level: 'COSMETIC' },
        { level: 'COSMETIC', kind: 'REKEYED', request: 'x' },
        { kind: 'ADDED' },
      ],
    ],
    ['18 new, 3 removed', [...times(18, { kind: 'ADDED' }), ...times(3, { kind: 'REMOVED' })]],
    ['No drift', []],
  ])('%s', (line, specs) => {
    expect(headline(driftOf(specs))).toBe(line);
  });

  it('is short, and its counts are those of the summary', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 40 }), (specs) => {
        const drift = driftOf(specs);
        const line = headline(drift);
        expect(plain(line).length).toBeLessThanOrEqual(260);
        expect(line === 'No drift').toBe(specs.length === 0);
        if (drift.summary.errors > 0) expect(line).toMatch(/error/);
        const said = (pattern: RegExp) => Number(line.match(pattern)?.[1]?.replaceAll(',', '') ?? Number.NaN);
        const agrees = (pattern: RegExp, number: number) => {
          const found = said(pattern);
          if (!Number.isNaN(found)) expect(found).toBe(number);
        };
        const { added, removed, rekeyed, moved, cosmetic, metadata } = drift.summary;
        agrees(/(?:^|[,;] )(\d+) new(?=[,;]|$)/, added);
        agrees(/(?:^|[,;] )(\d+) removed(?=[,;]|$)/, removed);
        agrees(/(?:^|[,;] )(\d+) with a changed request(?=[,;]|$)/, rekeyed);
        agrees(/(?:^|[,;] )(\d+) moved(?=[,;]|$)/, moved);
        agrees(/(\d+) cosmetic(?=[,;]|$)/, cosmetic);
        agrees(/(\d+) with changed metadata(?=[,;]|$)/, metadata);
      }),
    );
  });

  it('counts each error once', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 20 }), (specs) => {
        const { changes, summary } = driftOf(specs.map((spec) => ({ ...spec, model: 'm' })));
        const plainTool = changes.map((change) =>
          change.failure ? { ...change, failure: { ...change.failure, tool: null } } : change,
        );
        const numbers = [...failureParts(plainTool, summary.added), ...lesserFailureParts(plainTool)]
          .filter((part) => /\berrors?\b/.test(part))
          .map((part) => Number((part.match(/in (\d+) recordings?$/) ?? part.match(/(\d+)/))?.[1]));
        expect(numbers.reduce((sum, number) => sum + number, 0)).toBe(summary.errors);
      }),
    );
  });
});

describe('markOf', () => {
  it.each<[string, ChangeSpec[]]>([
    ['🔴', [{ level: 'BEHAVIOUR' }, { level: 'CONTENT' }]],
    ['🟡', [{ level: 'CONTENT' }, { level: 'COSMETIC' }]],
    ['🟡', [{ level: 'COSMETIC', sharedWith: ['other'] }]],
    ['✅', [{ level: 'METADATA' }, { kind: 'ADDED' }]],
    ['✅', []],
  ])('%s', (mark, specs) => {
    expect(markOf(driftOf(specs))).toBe(mark);
  });

  it('ignores what is accepted', () => {
    const changes = [changeOf({ level: 'BEHAVIOUR', path: 'a' }), changeOf({ level: 'CONTENT', path: 'b' })];
    expect(markOf({ changes }, ({ path }) => path === 'a')).toBe('🟡');
    expect(markOf({ changes }, () => true)).toBe('✅');
    expect(markOfLine(changes, () => true)).toBe('✅');
    expect(markOfLine([changeOf({ level: 'COSMETIC' })], () => false)).toBe('');
  });
});
