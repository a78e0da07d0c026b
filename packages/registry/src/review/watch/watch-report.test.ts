import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyChange,
  type ChangeSpec,
  changeOf,
  reportOf,
  visibleLines,
} from '../../../test/report-changes.js';
import { changesByRecording, combineRepeats, levelsByRecording, type WatchDrift } from './combine-repeats.js';
import { renderWatch, type WatchView } from './render-watch.js';
import { watchHeadline, watchLevel } from './watch-headline.js';

const combine = (repeats: ChangeSpec[][], between: ChangeSpec[][] = repeats.slice(1).map(() => [])) =>
  combineRepeats(
    repeats.map((specs) => changesByRecording(specs.map(changeOf))),
    between.map((specs) => levelsByRecording(specs.map(changeOf))),
  );
const paths = (drift: WatchDrift) => ({
  drifted: drift.drifted.map(({ change }) => change.path),
  unstable: drift.unstable.map(({ change }) => change.path),
  counts: [drift.text, drift.added, drift.removed],
});

const calls = (path: string, more: ChangeSpec = {}): ChangeSpec => ({
  ...{ path, test: `a.py::${path}`, level: 'BEHAVIOUR', words: 'no longer calls `f(a: 1)`' },
  ...more,
});
const text = (path: string): ChangeSpec => ({
  path,
  test: `a.py::${path}`,
  level: 'CONTENT',
  words: 'answer',
});

describe('the repeats of a watch', () => {
  it('agree about what drifted; the rest is counted', () => {
    const first = [
      calls('a'),
      text('b'),
      { kind: 'ADDED' as const, path: 'n' },
      { kind: 'REMOVED' as const, path: 'r' },
    ];
    expect(paths(combine([first, [calls('a')], [calls('a'), text('c')]]))).toEqual({
      ...{ drifted: ['a'], unstable: [], counts: [2, 1, 1] },
    });
  });

  it('are unstable where only some of them differ, or they differ from each other', () => {
    const drift = combine([[calls('a'), calls('b')], [calls('b')]], [[calls('b')]]);
    expect(paths(drift)).toEqual({ drifted: [], unstable: ['a', 'b'], counts: [0, 0, 0] });
    expect(drift.unstable.map(({ levels }) => levels)).toEqual([
      ['BEHAVIOUR', null],
      ['BEHAVIOUR', 'BEHAVIOUR'],
    ]);
  });

  it('belong to one recording of the baseline, also when the request changed with the answer before it', () => {
    // `old/one` is requested under another hash by each repeat, and both requests replace the same recording.
    const one = calls('one', { kind: 'REKEYED' });
    const two = calls('two', { kind: 'ADDED', replaces: true });
    const same = { path: 'two', kind: 'REKEYED' as const, level: 'COSMETIC' as const };
    const onto = (spec: ChangeSpec, path: string): ChangeSpec => ({ ...spec, path });
    expect(paths(combine([[one], [onto(two, 'one')]], [[same]]))).toMatchObject({
      drifted: ['one'],
      unstable: [],
    });
    // The comparison of the repeats names the path in the first one.
    const differs = calls('one');
    expect(paths(combine([[one], [onto(two, 'one')]], [[differs]]))).toMatchObject({ unstable: ['one'] });
  });

  it('show the repeat that says most', () => {
    const { unstable } = combine([[text('a')], [calls('a')]], [[calls('a')]]);
    expect(unstable).toMatchObject([{ position: 1, change: { level: 'BEHAVIOUR' } }]);
  });
});

describe('the headline of a watch', () => {
  const many = (number: number, make: (path: string) => ChangeSpec) =>
    Array.from({ length: number }, (_, index) => make(`p${index}`));
  it.each<[string, ChangeSpec[][], ReturnType<typeof watchLevel>]>([
    ['No test behaves differently than its recordings', [[], []], null],
    ['1 test behaves differently than its recordings', [[calls('a')]], 'BEHAVIOUR'],
    ['3 tests behave differently than their recordings', [many(3, calls)], 'BEHAVIOUR'],
    ['2 recordings behave differently than before', [[calls('a', { test: null }), calls('b')]], 'BEHAVIOUR'],
    [
      '1 test behaves differently than its recordings; 2 recordings are unstable',
      [
        [calls('a'), calls('b')],
        [calls('a'), calls('c')],
      ],
      'BEHAVIOUR',
    ],
    ['1 recording is unstable', [[calls('a')], [text('b')]], 'CONTENT'],
    [
      'No test behaves differently than its recordings; 2 recordings changed in text only; 1 new; 1 removed',
      [[text('a'), text('b'), { kind: 'ADDED', path: 'c' }, { kind: 'REMOVED', path: 'd' }]],
      'CONTENT',
    ],
  ])('%s', (line, repeats, level) => {
    const drift = combine(repeats);
    expect(watchHeadline(drift)).toBe(line);
    expect(watchLevel(drift)).toBe(level);
  });
});

describe('the report of a watch', () => {
  const viewOf = (repeats: ChangeSpec[][], more: Partial<WatchView> = {}): WatchView => {
    const reports = repeats.map((_, index) => ({
      ...reportOf([]),
      url: `https://registry.example/o/n/compare/${index}`,
    }));
    const stored = repeats.length;
    return {
      run: '17',
      repeats: stored,
      stored,
      watched: combine(repeats),
      reports,
      acceptedBy: null,
      ...more,
    };
  };

  it('has the drifted by cause, the unstable by name, and the rest as a count', () => {
    const repeats = [
      [calls('a'), calls('b'), calls('c', { words: 'calls `g(x: 1)`' }), text('t')],
      [calls('a'), calls('b')],
    ];
    expect(
      renderWatch(viewOf(repeats, { repeats: 3, acceptedBy: 9 }))
        .split('\n\n')
        .slice(0, 5),
    ).toEqual([
      '### 🔴 2 tests behave differently than their recordings; 1 recording is unstable',
      'Recorded 2 times, last at 09:05 UTC on 4 October; compared with `main@0123456`, pushed 08:00 UTC on 1 October. ' +
        '[Whole report](https://registry.example/o/n/compare/0)',
      '2 of 3 repeats arrived, so less is known to be unstable.',
      'Accepted into pull request #9.',
      expect.stringMatching(
        /^\| \| what changed \|\n.*\n\| 🔴 \| no longer calls `f\(a: 1\)`<br>\[2 recordings of 2 tests\]/,
      ),
    ]);
    const markdown = renderWatch(viewOf(repeats));
    expect(markdown).toContain(
      '- [`a.py::c`](https://registry.example/o/n/compare/0/change?path=c) in 1 of 2 repeats: calls `g(x: 1)`',
    );
    expect(markdown.endsWith('\n\n1 recording changed in text only.')).toBe(true);
  });

  it('says when nothing drifted', () => {
    expect(renderWatch(viewOf([[], []])).split('\n')[0]).toBe(
      '### ✅ No test behaves differently than its recordings',
    );
    expect(renderWatch(viewOf([[text('a')]])).split('\n')[0]).toMatch(
      /^### 🟡 .*; 1 recording changed in text only$/,
    );
  });

  it('is below any limit, has at most 40 visible lines, and hostile text stays in its place', () => {
    const specs = fc.array(anyChange, { maxLength: 30 });
    fc.assert(
      fc.property(specs, specs, fc.integer({ min: 1_000, max: 20_000 }), (first, second, limit) => {
        const own = (list: ChangeSpec[]) =>
          list.map((spec, index) => ({ ...spec, path: `${index} ${spec.path}` }));
        const markdown = renderWatch(viewOf([own(first), own(second)]), limit);
        expect(markdown.length).toBeLessThanOrEqual(limit);
        expect(visibleLines(markdown).length).toBeLessThanOrEqual(40);
        const fences = /^(`{3,})diff\n[\s\S]*?\n\1$/gm;
        const outside = markdown.replaceAll(fences, '').replaceAll(/`[^`\n]*`/g, '');
        expect(outside).not.toMatch(/<img|<!--|\u202e|@octocat/);
      }),
      { numRuns: 60 },
    );
  });
});
