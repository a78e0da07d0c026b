import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecordingRules } from './recording-rules.js';

const rules = (text: string) => parseRecordingRules(text);

describe('parseRecordingRules', () => {
  it('reads paths, format and test id, and ignores other keys', () => {
    const text = `ignore: [response.id]
recordings:
  - paths: tests/**/cassettes/**/*.yaml
    format: vcrpy
    test-id: "{dir}/{module}.py::{name}"
  - paths: ["**/*.har", "tapes/*.{yml,yaml}"]
  # settings of a later release, which only the registry refuses
unknown: true
`;
    expect(rules(text)).toEqual({
      rules: [
        { paths: 'tests/**/cassettes/**/*.yaml', format: 'vcrpy', testId: '{dir}/{module}.py::{name}' },
        { paths: '**/*.har', format: null, testId: null },
        { paths: 'tapes/*.{yml,yaml}', format: null, testId: null },
      ],
    });
  });

  it.each(['', '# nothing', 'recordings:', 'recordings: []', 'ignore: []'])('%j has no rules', (text) => {
    expect(rules(text)).toEqual({ rules: [] });
  });

  it.each([
    ['recordings: 7', /^line 1: `recordings` is a list, such as/],
    ['- a', /^line 1: the file has keys/],
    ['recordings:\n  - tests/*', /^line 2: an entry of `recordings` has `paths`/],
    ['recordings:\n  - format: vcrpy', /^line 2: an entry of `recordings` needs `paths`/],
    ['recordings:\n  - paths: []', /^line 2: `paths` is empty/],
    ['recordings:\n  - paths: 7', /^line 2: `paths` is a pattern/],
    ['recordings:\n  - paths: tests/cassettes', /^line 2: .* names a folder\. Write tests\/cassettes\/\*\*/],
    ['recordings:\n  - paths: "!a/*"', /^line 2: .* cannot exclude files/],
    ['recordings:\n  - paths: a/{b,{c,d}}/*', /^line 2: .* braces in braces/],
    ['recordings:\n  - paths:\n    - a/*\n    - ./b/*', /^line 4: .* write b\/\*/],
    [`recordings:\n  - paths: "${'*a'.repeat(21)}"`, /^line 2: .* 21 wildcards/],
    ['recordings:\n  - paths: a/*\n    path: b', /^line 3: `path` is unknown/],
    ['recordings:\n  - paths: a/*\n    format: []', /^line 3: `format` is the name/],
    ['recordings:\n  - paths: a/*\n    test-id: "{test}"', /^line 3: `test-id` has one or more of `\{dir\}`/],
    ['recordings:\n  - paths: a/*\n    test-id: fixed', /^line 3: `test-id` has one or more/],
    ['recordings:\n  - paths: a/*\n    test-id: {dir}', /^line 3: `test-id` is a quoted text/],
    ['recordings:\n  - paths: &a x/*\n  - paths: *a', /^line 3: `paths` is a pattern/],
    ['recordings:\n  - paths: **/*.yaml', /^line 2: /],
    ['recordings: [\n', /^line \d: /],
    [`recordings:\n${'  - paths: a/*.yaml\n'.repeat(101)}`, /^line 2: 101 patterns are given; at most 100/],
    [`recordings:\n${'  - paths: "{a,b,c}/*"\n'.repeat(67)}`, /^line 2: the patterns have 201 alternatives/],
    [`#${'x'.repeat(65_536)}`, /^the file has 65537 characters/],
  ])('%.60j', (text, expected) => {
    expect(rules(text)).toEqual({ problems: expect.arrayContaining([expect.stringMatching(expected)]) });
  });

  it('returns rules or problems for any text', () => {
    const line = fc.constantFrom(
      'recordings:',
      '  - paths: a/*',
      '    format: x',
      '  -',
      '- {',
      'a: &b *b',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(line).map((lines) => lines.join('\n')),
        ),
        (text) => {
          const read = rules(text);
          if ('problems' in read) expect(read.problems.length).toBeGreaterThan(0);
          else for (const rule of read.rules) expect(rule.paths).not.toBe('');
        },
      ),
    );
  });
});
