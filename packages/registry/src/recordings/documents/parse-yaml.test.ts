import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { expandedSize } from './expanded-size.js';
import { parseYaml } from './parse-yaml.js';

const bytes = (text: string) => ({ '!!binary': Buffer.from(text).toString('base64') });

describe('parseYaml', () => {
  test.each<[string, string, JsonValue]>([
    ['bytes', 'a: !!binary |\n  aGVs\n  bG8=', { a: bytes('hello') }],
    ["Ruby's bytes", 'a: !binary |-\n  aGVsbG8=', { a: bytes('hello') }],
    ["Python's bytes", 'a: !!python/bytes aGVsbG8=', { a: bytes('hello') }],
    ['empty bytes', 'a: !!binary ""\nb: !!binary', { a: bytes(''), b: bytes('') }],
    ['bytes as a key', '? !!binary aGVsbG8=\n: 1', { hello: 1 }],
    ['bytes as a key that are not UTF-8', '? !!binary 6Q==\n: 1', { é: 1 }],
    [
      'a call as a key',
      '? !!python/object/new:multidict._multidict.istr\n- Accept\n: [a]',
      { Accept: ['a'] },
    ],
    [
      'a call with state as a key',
      '? !!python/object/new:multidict._multidict.istr\n  args: [Accept]\n  state: {}\n: [a]',
      { Accept: ['a'] },
    ],
    ['a call as a value', 'a: !!python/object/apply:http.HTTPStatus [200]', { a: 200 }],
    ['a call with bytes', 'a: !!python/object/apply:x.Y [!!binary aGVsbG8=]', { a: bytes('hello') }],
    [
      'a file in memory',
      'a: !!python/object/new:_io.BytesIO\n  state: !!python/tuple\n  - !!binary aGVsbG8=\n  - 0\n  - null',
      { a: bytes('hello') },
    ],
    ['text in memory', 'a: !!python/object/new:_io.StringIO {state: [x, "\\n", 0, null]}', { a: 'x' }],
    ['a call with a state', 'a: !!python/object/new:x.Y {state: {b: 1}}', { a: { state: { b: 1 } } }],
    ['a call with several arguments', 'a: !!python/object/apply:x.Y [1, 2]', { a: [1, 2] }],
    ['a list in a call', 'a: !!python/object/apply:x.Y [[1]]', { a: [[1]] }],
    ['an object', 'a: !!python/object:x.Y {b: 1}', { a: { b: 1 } }],
    ['a tuple of one value', 'a: !!python/tuple [x]', { a: ['x'] }],
    [
      "Python's text",
      "a: !!python/unicode 'x'\nb: !!python/str\nc: !!python/name:x.y ''",
      { a: 'x', b: '', c: '' },
    ],
    [
      "Python's other scalars",
      "a: !!python/long 12\nb: !!python/bool 'True'\nc: !!python/none ''\n" +
        "d: !!python/float '.5'\ne: !!python/int x",
      { a: 12, b: true, c: null, d: 0.5, e: 'x' },
    ],
    ["Ruby's symbol", 'a: !ruby/symbol x', { a: 'x' }],
    ["Ruby's hash", 'a: !ruby/hash:Headers\n  b: c', { a: { b: 'c' } }],
    [
      "Ruby's hash, string and list with variables",
      "a: !ruby/hash-with-ivars:H\n  elements: {b: c}\n  ivars: {'@d': 1}\n" +
        'e: !str\n  str: f\n  "@g": 1\nh: !ruby/array:L\n  internal: [1]\n  ivars: {}',
      { a: { b: 'c' }, e: 'f', h: [1] },
    ],
    [
      'a tag of another language',
      'a: !Ref x\nb: !go/type {c: 1}\nd: !<e:f> [1]\ng: !empty',
      { a: 'x', b: { c: 1 }, d: [1], g: '' },
    ],
    ['a date', 'a: 2026-01-02 03:04:05', { a: '2026-01-02 03:04:05' }],
    ['a merged mapping', 'a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ['a quoted merge key', 'a: {"<<": 1}', { a: { '<<': 1 } }],
    ['aliases', 'a: &a [x]\nb: [*a, *a]', { a: ['x'], b: [['x'], ['x']] }],
    ['an unpaired surrogate', String.raw`a: "\ud800"`, { a: '\ud800' }],
    ['JSON', '{"a": [1, true, null, "x"]}', { a: [1, true, null, 'x'] }],
    ['a byte order mark', '\ufeffa: 1', { a: 1 }],
    ['nothing', '# a comment', null],
  ])('reads %s', (_name, text, value) => {
    expect(parseYaml(text)).toEqual({ value });
  });

  test('reads __proto__ as any other key', () => {
    const parsed = parseYaml('__proto__: {a: 1}\nconstructor: {b: 2}');
    const value = 'problem' in parsed ? null : parsed.value;
    expect(Object.entries(value ?? {})).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', { b: 2 }],
    ]);
    expect(value).not.toHaveProperty('a');
  });

  test.each([
    ['a duplicate key', 'a: 1\nb: 2\na: 3', /^not YAML: duplicated mapping key, line 3, column 1$/],
    ['a control character', 'a: 1\nb: \u0001', /^not YAML: .*, line 2, /],
    ['a NUL', 'a: \0', /^not YAML: null byte is not allowed in input, /],
    ['broken indentation', 'a: 1\n  b: 2', /^not YAML: .*, line 2, /],
    ['deep nesting', '['.repeat(1000), /^not YAML: nesting exceeded .*, line 1, /],
    [
      'a tag that is too long',
      `a: !${'x'.repeat(16 * 1024 * 1024)} b`,
      /^not YAML: .*stored but not parsed$/,
    ],
    ['an unknown alias', 'a: *b', /^not YAML: unidentified alias "b", line 1, /],
    ['several documents', 'a: 1\n---\nb: 2', /^more than one YAML document: /],
  ])('reports %s', (_name, text, problem) => {
    expect(parseYaml(text)).toEqual({ problem: expect.stringMatching(problem) });
  });

  describe('aliases that expand to too many values', () => {
    const doubled = (first: string, item: (alias: string) => string) => [
      `a0: &a0 ${first}`,
      ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} ${item(`*a${i}`)}`),
    ];
    const list = JSON.stringify(Array.from({ length: 2000 }, () => 'x'));
    const long = 'x'.repeat(3000);
    test.each([
      ['lists of lists', doubled('[x, x]', (alias) => `[${alias}, ${alias}]`).join('\n')],
      ['mappings of mappings', doubled('{x: x}', (alias) => `{x: ${alias}, y: ${alias}}`).join('\n')],
      ['a long text', `a: &a ${long}\nb: [${'*a,'.repeat(1000)}]`],
      ['a long key', `a: &a ${long}\nb:\n${'- {*a : 1}\n'.repeat(1000)}`],
      ['a list as a key', `a: &a ${list}\nb:\n${'- {*a : 1}\n'.repeat(2000)}`],
      ['a value that contains itself', 'a: &a [*a]'],
      ['a wide value that contains itself', `a: &a [${'*a,'.repeat(5000)}]`],
      [
        'nesting by aliases',
        doubled('[x]', (alias) => `${'['.repeat(60)}${alias}${']'.repeat(60)}`).join('\n'),
      ],
    ])('%s', (_name, text) => {
      expect(parseYaml(text)).toEqual({
        problem: expect.stringMatching(/^its aliases expand to too many values/),
      });
    });

    test('merged mappings', () => {
      const mapping = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])));
      const text = `a: &a ${mapping.replaceAll(':', ': ')}\nb:\n${'- {<<: *a}\n'.repeat(500)}`;
      expect(parseYaml(text)).toHaveProperty('problem');
    });

    test('a value is at most twice its text, or 64 KiB', () => {
      const node = fc.constantFrom(
        '[',
        ']',
        '{',
        '}',
        ',',
        '&a ',
        '&b ',
        '*a',
        '*b',
        'x',
        ': ',
        '- ',
        '\n',
        '? ',
        '<<',
      );
      fc.assert(
        fc.property(fc.array(node, { maxLength: 60 }), (parts) => {
          const text = parts.join('');
          const parsed = parseYaml(text);
          const limit = 2 * text.length + 64 * 1024;
          if ('value' in parsed) expect(expandedSize(parsed.value, limit)).toBeLessThanOrEqual(limit);
        }),
        { numRuns: 2000 },
      );
    });
  });
});
