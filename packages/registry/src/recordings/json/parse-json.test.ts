import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ParsedJson, parseJson } from './parse-json.js';

describe('parseJson', () => {
  test('parses what JSON.parse parses', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom('', ' ', '\n\t\r '), (text, space) => {
        expect(parsed(space + text + space).value).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  test('returns the right key for any mix of plain, escaped and cached keys', () => {
    const key = fc.constantFrom(
      'a',
      'b',
      'ab',
      'aab',
      'acb',
      'a"b',
      'a\\b',
      '\u00e9b',
      '',
      '__proto__',
      'k'.repeat(80),
    );
    // The same key, sometimes with an escape.
    const written = fc.tuple(key, fc.boolean()).map(([name, isEscaped]) => {
      const plain = JSON.stringify(name);
      if (!isEscaped || !/^"[a-z]/.test(plain)) return plain;
      return `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${plain.slice(2)}`;
    });
    const object = fc
      .array(fc.tuple(written, fc.integer()), { maxLength: 5 })
      .map((members) => `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`);
    fc.assert(
      fc.property(fc.array(object, { maxLength: 8 }), (objects) => {
        const text = `[${objects.join(',')}]`;
        expect(parsed(text).value).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('rejects what JSON.parse rejects', () => {
    const pieces = fc.constantFrom(...'{}[],:"\\/ueE+-.0159atrfalsn \n'.split(''), 'true', 'null', '"a"');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (characters) => {
        const text = characters.join('');
        expect('problem' in parseJson(text)).toBe(!isJson(text));
      }),
      { numRuns: 5000 },
    );
  });

  test('parses the numbers that only Python writes', () => {
    expect(parsed('[NaN, Infinity, -Infinity]').value).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  test('reports every truncated document as truncated', () => {
    const whole = '{"a\\n\\u00e9": [1.5e-7, -Infinity, NaN, true, false, null, "x\\\\"], "b": {}}';
    expect(parsed(whole).value).toBeTypeOf('object');
    for (let length = 1; length < whole.length; length += 1) {
      const cut = parseJson(whole.slice(0, length));
      expect(cut, whole.slice(0, length)).toMatchObject({ problem: expect.stringContaining('truncated') });
    }
  });

  test.each([
    ['', 'the file is empty', 0],
    [' \n ', 'the file is empty', 3],
    ['<html>', `not JSON: found "<", expected a value`, 0],
    ['{"a" 1}', `not JSON: found "1", expected ':' after a key`, 5],
    ['{"a": 1 "b": 2}', `not JSON: found "\\"", expected ',' or '}'`, 8],
    ["{'a': 1}", `not JSON: found "'", expected a key in quotation marks`, 1],
    ['[1, 2,]', 'not JSON: found "]", expected a value', 6],
    ['[01]', `not JSON: found "1", expected ',' or ']'`, 2],
    ['{} {}', 'not JSON: found "{", expected the end of the file', 3],
    ['"a\nb"', 'not JSON: unescaped control character in a string', 2],
    ['"\\x41"', 'not JSON: invalid escape sequence in a string', 1],
    ['["😀", 😀]', 'not JSON: found "😀", expected a value', 7],
  ])('%j: %s', (text, problem, position) => {
    expect(parseJson(text)).toEqual({ problem, position });
  });

  test('parses 128 levels and rejects the 129th', () => {
    expect(parseJson('['.repeat(128) + ']'.repeat(128))).toHaveProperty('value');
    expect(parseJson('{"a":'.repeat(129) + '1'.padEnd(130, '}'))).toEqual({
      problem: 'nested deeper than 128 levels: stored but not parsed',
      position: 640,
    });
    expect(parseJson('['.repeat(2_000_000))).toHaveProperty('problem');
    // Siblings do not add depth.
    expect(parseJson(`[${'[],'.repeat(1000)}[]]`)).toHaveProperty('value');
  });
});

describe('warnings', () => {
  test.each([
    ['{"a": 1, "a": 2}', { a: 2 }, ['duplicate key, the last value is used at $.a']],
    ['{"x": [{"b": 1, "b": 1}]}', { x: [{ b: 1 }] }, ['duplicate key, the last value is used at $.x[0].b']],
    ['{"a b": "\\u0000"}', { 'a b': '\0' }, ['NUL character (\\u0000) in a string at $["a b"]']],
    ['["", "\\ud83d"]', ['', '\ud83d'], ['unpaired surrogate in a string at $[1]']],
    ['{"\\udc00": 1}', { '\udc00': 1 }, ['unpaired surrogate in a string at $["(a key)"]']],
    ['["\\ud83d\\ude00", "\\n"]', ['😀', '\n'], []],
  ])('%s', (text, value, warnings) => {
    expect(parsed(text).value).toStrictEqual(value);
    expect(parsed(text).warnings).toEqual(warnings);
  });

  test('describes three warnings and counts the rest', () => {
    const { warnings } = parsed('{"a": 1, "a": 2, "a": 3, "a": 4, "a": 5, "a": 6}');
    expect(warnings).toHaveLength(4);
    expect(warnings[3]).toBe('and 2 more');
  });

  test('treats inherited names as ordinary keys', () => {
    const { value, warnings } = parsed('{"__proto__": {"polluted": 1}, "constructor": 2, "toString": 3}');
    expect(Object.entries(value as object)).toEqual([
      ['__proto__', { polluted: 1 }],
      ['constructor', 2],
      ['toString', 3],
    ]);
    expect(warnings).toEqual([]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

test('members has the position of the value of each outermost key', () => {
  const text = ' {"a" : [1, {"a": 2}] , "b":"x", "a": 7}';
  const spans = [...parsed(text).members].map(([key, [start, end]]) => [key, text.slice(start, end)]);
  expect(spans).toEqual([
    ['a', '7'],
    ['b', '"x"'],
  ]);
  expect(parsed('[{"a": 1}]').members.size).toBe(0);
});

function parsed(text: string): ParsedJson {
  const result = parseJson(text);
  if ('problem' in result) throw new Error(`${result.problem} at ${result.position}: ${text}`);
  return result;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
