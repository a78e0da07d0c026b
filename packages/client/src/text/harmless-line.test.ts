import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessJson, harmlessLine, harmlessText } from './harmless-line.js';

describe('harmlessLine', () => {
  it.each([
    ['::set-output name=a::b', '\\::set-output name=a::b'],
    ['::add-mask::x', '\\::add-mask::x'],
    ['::stop-commands::token', '\\::stop-commands::token'],
    ['::token::', '\\::token::'],
    ['   ::error::x', '   \\::error::x'],
    ['\t::error::x', '\t\\::error::x'],
    ['\u00a0\u3000::error::x', '\u00a0\u3000\\::error::x'],
    ['\u200b\u00ad::error::x', '\u200b\u00ad\\::error::x'],
    [':\u200d:error::x', '\\:\u200d:error::x'],
    ['\ufeff::error::x', '\ufeff\\::error::x'],
    ['##[command]x', '##\\[command]x'],
    ['said: ##[set-output name=a]b', 'said: ##\\[set-output name=a]b'],
    ['#\u200d#[error]x', '##\\[error]x'],
    ['####[error]x', '####\\[error]x'],
    ['##vso[task.setvariable]x', '##\\vso[task.setvariable]x'],
    ['##teamcity[message]', '##\\teamcity[message]'],
    ['a\n::error::x', 'a\u240a::error::x'],
    ['\r::error::x', '\u240d::error::x'],
    ['a\r\nb', 'a\u240d\u240ab'],
    ['\u001b[31mred', '\u241b[31mred'],
    ['\u001b]0;title\u0007', '\u241b]0;title\u2407'],
    ['\u009b31m', '\\u009b31m'],
    ['\u0085::error::x', '\\u0085::error::x'],
    ['a\u2028::error::x', 'a\\u2028::error::x'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\u007f\u0000', '\u2421\u2400'],
  ])('%j becomes %j', (text, expected) => {
    expect(harmlessLine(text)).toBe(expected);
  });

  it.each([
    'tests/a.py::test_b[c]: answer reworded',
    'a :: b',
    ': :',
    '## [a title](https://example.com)',
    '# a [b]',
    '\t- {"a": 1}',
    '日本 ünï 👩‍👩‍👧 ❤️',
    '',
  ])('%j is unchanged', (text) => {
    expect(harmlessLine(text)).toBe(text);
  });

  it('never returns a line that the runner or a terminal executes, and is idempotent', () => {
    const piece = fc.constantFrom(
      ...[
        '::',
        ':',
        '##[',
        '##',
        '#',
        '[',
        ']',
        'set-output',
        ' ',
        '\t',
        '\n',
        '\r',
        '\u001b',
        '\u200d',
        '\u00ad',
      ],
      ...['\ufeff', '\u2028', '\u0085', '\u00a0', '\\', 'vso', 'a', '\ufe0f', '\u{e0041}'],
    );
    const text = fc.oneof(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (value) => {
        const line = harmlessLine(value);
        // The runner ignores characters without width.
        const seen = line.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
        expect(seen.trimStart().startsWith('::')).toBe(false);
        expect(/##\w*\[/.test(seen)).toBe(false);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose
        expect(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/.test(line)).toBe(false);
        expect(harmlessLine(line)).toBe(line);
      }),
      { numRuns: 1000 },
    );
  });
});

it.each(['\ufeff', ' \u200b', '#\u200d', '##a', '::', '#', '##['])(
  'takes no time over %j many times',
  (piece) => {
    // Processor time, so that other load on the machine does not count.
    const started = process.cpuUsage();
    harmlessLine(piece.repeat(200_000));
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2000);
  },
);

it('harmlessText escapes each line of a text', () => {
  expect(harmlessText('a\n::error::x\n\n b')).toBe('a\n\\::error::x\n\n b');
});

describe('harmlessJson', () => {
  it('is JSON of the same value, and nothing that the runner executes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constant('##[error]\u009b\u2028')),
        (text) => {
          const json = harmlessJson({ text, ['##[a]']: ['##', '['] });
          expect(JSON.parse(json)).toEqual({ text, ['##[a]']: ['##', '['] });
          expect(json).not.toMatch(/##\w*\[/);
          expect(harmlessLine(json)).toBe(json);
        },
      ),
    );
  });
});
