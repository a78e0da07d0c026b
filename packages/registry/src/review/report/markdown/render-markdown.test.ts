import { describe, expect, it } from 'vitest';
import { type ChangeSpec, reportOf } from '../../../../test/report-changes.js';
import type { Report, SincePush } from '../report.js';
import { renderMarkdown } from './render-markdown.js';

const REPORT = 'https://registry.example/o/n/pull/7';
const COMPARED =
  '`fedcba9`, pushed 09:05 UTC on 4 October, compared with `main@0123456` (merge base, 3 days older).';

const render = (specs: ChangeSpec[], more: Partial<Report> = {}) => renderMarkdown(reportOf(specs, more));
const rowsOf = (text: string) =>
  text.split('\n').filter((line) => /^\| (?!\|)/.test(line) && !line.startsWith('| | '));
const change = (path: string) => `${REPORT}/change?path=${path}`;
const several = (number: number, spec: ChangeSpec, file = 'a.py'): ChangeSpec[] =>
  Array.from({ length: number }, (_, index) => ({
    test: `tests/${file}::t${index}`,
    path: `${file}${index}.json`,
    ...spec,
  }));

describe('the top of a report', () => {
  it('names only the compared snapshots without drift', () => {
    expect(render([])).toBe(
      '### ✅ No drift\n\nThe recordings of `pull/7` in `o/n` are the same as `main@0123456` (merge base).',
    );
  });

  it('has the mark, the headline, and what was compared', () => {
    const lines = render([
      { level: 'CONTENT', words: '`Bolivia` → `Peru`', texts: ['Bolivia', 'Peru'] },
    ]).split('\n');
    expect(lines[0]).toBe('### 🟡 `Bolivia` → `Peru` in 1 answer');
    expect(lines[2]).toBe(`${COMPARED} [Whole report](${REPORT})`);
  });

  it('names the pull request when the commit is unknown', () => {
    const head = { label: 'pull/7', commit: null, createdAt: new Date('2025-10-04T09:05:00Z') };
    expect(render([{ kind: 'ADDED' }], { head })).toContain(
      '`pull/7`, pushed 09:05 UTC on 4 October, compared',
    );
  });

  it.each<[string, SincePush]>([
    ['Since `a1b2c3d`: 2 fixed, 1 new.', { commit: 'a1b2c3d4e5f6', fixed: 2, fresh: 1 }],
    ['Since `a1b2c3d`: 3 new.', { commit: 'a1b2c3d4e5f6', fixed: 0, fresh: 3 }],
    ['Since the previous push: no change.', { commit: null, fixed: 0, fresh: 0 }],
  ])('%s', (sentence, since) => {
    expect(render([{ level: 'BEHAVIOUR' }], { since })).toContain(`${COMPARED} ${sentence} [Whole report]`);
  });

  it.each([
    [
      'Recorded by [a dispatched run on `main`](https://github.com/o/n/actions/runs/5/attempts/1).',
      'a dispatched run on `main`',
    ],
    ['Recorded by a scheduled run on `m[U+0430]in`.', 'a scheduled run on `m[U+0430]in`'],
  ])('%s', (sentence, what) => {
    const url = sentence.includes('](') ? 'https://github.com/o/n/actions/runs/5/attempts/1' : null;
    const head = { label: 'pull/7', commit: 'fedcba9876', createdAt: new Date('2025-10-04T09:05:00Z') };
    const text = render([{ level: 'BEHAVIOUR' }], { head: { ...head, recordedBy: { what, url } } });
    expect(text).toContain(`${COMPARED} ${sentence} [Whole report]`);
  });

  it('has a check mark when everything is accepted, and the notes below the first lines', () => {
    const text = render([{ level: 'BEHAVIOUR', words: 'refusal' }], {
      isAccepted: () => true,
      notes: ['`octocat` accepted the only change.'],
    });
    expect(text).toMatch(/^### ✅ Refusal in 1 recording\n\n.*\n\n`octocat` accepted the only change\.\n/);
    expect(rowsOf(text)[0]).toMatch(/^\| ✅ \| refusal/);
    expect(text).not.toContain('Accept:');
  });
});

describe('the table of causes', () => {
  it('links one recording to its change, and several to their cause with their files', () => {
    const words = 'finish reason `stop` → `length`';
    const text = render([
      ...several(3, { level: 'BEHAVIOUR', words }),
      ...several(2, { level: 'BEHAVIOUR', words }, 'b.py'),
      { level: 'CONTENT', words: '`1` → `2`', test: 'tests/c.py::one[m]', path: 'rec/c d.json' },
    ]);
    expect(rowsOf(text)).toEqual([
      expect.stringMatching(
        /^\| 🔴 \| finish reason `stop` → `length`<br>\[5 recordings of 5 tests\]\(https:\/\/registry\.example\/o\/n\/pull\/7\?cause=[0-9a-f]{12}\) in `a\.py` \(3\), `b\.py` \(2\) \(`m`\) \|$/,
      ),
      `| 🟡 | \`1\` → \`2\`<br>[\`c.py::one[m]\`](${change('rec%2Fc+d.json')}) |`,
    ]);
  });

  it('has at most ten rows, and the other causes in a fold', () => {
    const specs = Array.from(
      { length: 14 },
      (_, index): ChangeSpec => ({
        level: 'BEHAVIOUR',
        rule: `rule ${index}`,
        words: `field ${'x'.repeat(index + 1)} added`,
        path: `${index}.json`,
      }),
    );
    const text = render(specs);
    expect(rowsOf(text)).toHaveLength(10);
    expect(text).toContain('<details><summary>4 more causes</summary>');
    for (const { path } of specs) expect(text).toContain(`(${change(path ?? '')})`);
  });

  it('leaves what has a part of its own out of the table', () => {
    const text = render([
      { kind: 'ADDED', test: 'tests/b.py::new' },
      { kind: 'REMOVED', test: 'tests/c.py::old', path: 'old.json' },
      { kind: 'REKEYED', level: 'COSMETIC', request: '`seed` added' },
      { level: 'COSMETIC' },
    ]);
    expect(rowsOf(text)).toEqual([]);
    expect(text).toContain(
      '<summary>1 new, by test file</summary>\n\n- `tests/b.py`: 1 recording of 1 test (`m`)',
    );
    expect(text).toContain(
      `<summary>1 removed, by test file</summary>\n\n- \`tests/c.py\`: 1 recording of 1 test (\`m\`): [\`old\`](${change('old.json')})`,
    );
    expect(text).toContain('<summary>1 recording with a changed request</summary>\n\n- `seed` added: ');
    expect(text).toContain(`[2 cosmetic](${REPORT}?level=COSMETIC): ids, timestamps, layout and the like.`);
  });
});

describe('the folds', () => {
  it('show changed texts with the name of the recording', () => {
    const text = render([
      { level: 'CONTENT', words: 'answer in other words', texts: ['old words', 'new words'] },
    ]);
    expect(text).toContain(
      `<summary>1 recording with changed texts</summary>\n\n[\`test_a.py::test_one\`](${change('rec%2Fa.json')})\n\n\`\`\`diff\n- old words\n+ new words\n\`\`\``,
    );
  });

  it('list the recordings of a cause by test file', () => {
    const text = render([
      ...several(2, { level: 'BEHAVIOUR', words: 'refusal' }),
      ...several(1, { level: 'BEHAVIOUR', words: 'refusal' }, 'b.py'),
    ]);
    expect(text).toContain(
      [
        '<summary>Recordings by cause</summary>\n\n- refusal',
        `  - \`tests/a.py\`: [\`t0\`](${change('a.py0.json')}) and [\`t1\`](${change('a.py1.json')})`,
        `  - \`tests/b.py\`: [\`t0\`](${change('b.py0.json')})`,
      ].join('\n'),
    );
  });

  it('name the values that the row of a cause leaves out', () => {
    const specs = ['Paris', 'Rome', 'Oslo', 'Bern', 'Riga'].map(
      (city, index): ChangeSpec => ({
        test: `tests/a.py::t${index}`,
        path: `${city}.json`,
        level: 'CONTENT',
        rule: 'text',
        words: `\`Berlin\` → \`${city}\``,
      }),
    );
    const text = render(specs);
    expect(rowsOf(text)).toEqual([
      expect.stringContaining('`Berlin` → `Paris`, `Berlin` → `Rome`, `Berlin` → `Oslo` and 2 more<br>'),
    ]);
    expect(text).toContain(
      `[\`t2\`](${change('Oslo.json')}), [\`t3\`](${change('Bern.json')}) (\`Berlin\` → \`Bern\`)`,
    );
  });

  it('list a change of the request once for all recordings with it', () => {
    const text = render(
      several(14, { kind: 'REKEYED', level: 'COSMETIC', request: '`stream_options` added' }),
    );
    expect(text.split('\n').filter((line) => line.includes('stream_options'))).toEqual([
      '- `stream_options` added: 14 recordings of 14 tests in `a.py`',
    ]);
  });
});

describe('new recordings that replace others', () => {
  it('are rows like any other, and the list of new ones says that the old ones are still there', () => {
    const text = render([
      { kind: 'ADDED', replaces: true, level: 'BEHAVIOUR', words: 'refusal', path: 'new.json' },
      { kind: 'ADDED', replaces: true, level: 'COSMETIC', path: 'same.json' },
      { kind: 'ADDED', path: 'other.json' },
    ]);
    expect(rowsOf(text)).toEqual([
      expect.stringMatching(/^\| 🔴 \| refusal; new recording, replaces `new\.json`<br>/),
    ]);
    expect(text).toMatch(
      /<summary>3 new, by test file<\/summary>\n\n- [^\n]+\n\n2 new recordings replace older recordings, which a push removes only with `--prune`\.\n/,
    );
  });
});

describe('the hints', () => {
  it('say how to accept, and which tests to record again', () => {
    const text = render([
      ...several(2, { level: 'BEHAVIOUR', words: 'refusal' }),
      ...several(1, { level: 'CONTENT', words: '`1` → `2`' }, 'b.py'),
    ]);
    expect(text.split('\n').at(-1)).toBe(
      'Accept: add the label `fixtures-accepted`, or `npx @fixture-registry/cli drift --pull-request 7 --accept`. ' +
        'Record again: run `a.py` in record mode and push.',
    );
  });

  it('name no test where none is known', () => {
    const text = render([{ level: 'BEHAVIOUR', test: null, path: 'tests/x/recordings/a.json' }]);
    expect(text).toContain('Record again: run the tests in record mode and push.');
  });

  it.each<[string, ChangeSpec[], Partial<Report>]>([
    ['there is nothing that a test would notice', [{ level: 'COSMETIC' }, { kind: 'ADDED' }], {}],
    ['it is no pull request', [{ level: 'BEHAVIOUR' }], { pullRequest: null }],
  ])('are absent where %s', (_when, specs, more) => {
    expect(render(specs, more)).not.toContain('Accept:');
  });
});
