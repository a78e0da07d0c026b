import { describe, expect, it } from 'vitest';
import { type ChangeSpec, reportOf } from '../../../../test/report-changes.js';
import { renderText } from './render-text.js';

describe('the report for a terminal', () => {
  it('has the same content without markup', () => {
    const specs: ChangeSpec[] = [
      { level: 'BEHAVIOUR', words: 'finish reason `stop` → `length`' },
      { level: 'BEHAVIOUR', words: 'finish reason `stop` → `length`', test: 'tests/test_b.py::test_two' },
      { level: 'CONTENT', words: 'answer in other words', texts: ['It rains.', 'It snows.'] },
      { kind: 'REKEYED', level: 'COSMETIC', request: '`seed` added' },
      { kind: 'ADDED' },
    ];
    const since = { commit: 'a1b2c3d', fixed: 2, fresh: 1 };
    expect(renderText(reportOf(specs, { since, notes: ['`octocat` accepted 1 of 5 changes.'] }))).toBe(
      [
        'Finish reason stop → length in 2 recordings; 1 answer in other words; 1 new, 1 with a changed request',
        'octocat accepted 1 of 5 changes.',
        'pull/7 compared with main@0123456 (merge base), 3 days older',
        'since the previous push: 2 fixed, 1 new',
        '',
        'Behaviour',
        '  finish reason stop → length',
        '    2 recordings of 2 tests in test_a.py (1), test_b.py (1)',
        '',
        'Other words',
        '  answer in other words',
        '    test_a.py::test_one',
        '      - It rains.',
        '      + It snows.',
        '',
        'Changed requests',
        '  seed added',
        '    test_a.py::test_one',
        '',
        'New',
        '  tests/test_a.py: 1 recording of 1 test',
        '',
        'Cosmetic',
        '  1 recording',
        '',
      ].join('\n'),
    );
  });
});
