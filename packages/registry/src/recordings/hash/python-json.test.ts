import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../json/parse-json.js';
import { dumps } from './python-json.js';
import { type PythonValue, parsePython } from './python-value.js';

// Expected values: Python 3.11's `json.dumps(json.loads(text), sort_keys=True)`.
const DUMPED: [text: string, dumped: string][] = [
  ['{"b":1,"a":[1,2.0,true,false,null]}', '{"a": [1, 2.0, true, false, null], "b": 1}'],
  ['""', '""'],
  ['"\\u00e9 \\u4e2d \\ud83d\\ude00"', '"\\u00e9 \\u4e2d \\ud83d\\ude00"'],
  ['"\\ud800 alone, \\udc00 too"', '"\\ud800 alone, \\udc00 too"'],
  ['"\\u007f\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\/"', '"\\u007f\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\/"'],
  [
    '{"\\ue000":1,"\\ud800\\udc00":2,"z":3,"\\u00e9":4,"Z":5,"":6,"\\uffff":7}',
    '{"": 6, "Z": 5, "z": 3, "\\u00e9": 4, "\\ue000": 1, "\\uffff": 7, "\\ud800\\udc00": 2}',
  ],
  ['12345678901234567890123', '12345678901234567890123'],
  ['-0', '0'],
  ['-0.0', '-0.0'],
  ['1e5', '100000.0'],
  ['{"a":{},"b":[]}', '{"a": {}, "b": []}'],
  ['[[],[[]],{"x":[{}]}]', '[[], [[]], {"x": [{}]}]'],
  ['{"10":1,"9":2,"1":3}', '{"1": 3, "10": 1, "9": 2}'],
  ['{"a":1,"a":2}', '{"a": 2}'],
  ['{"__proto__":1,"constructor":2,"a":3}', '{"__proto__": 1, "a": 3, "constructor": 2}'],
  ['[NaN,Infinity,-Infinity]', '[NaN, Infinity, -Infinity]'],
  ['9007199254740993', '9007199254740993'],
  ['[1.0,1,1.50,100000000000000000000.0]', '[1.0, 1, 1.5, 1e+20]'],
];

function python(text: string): PythonValue {
  const parsed = parsePython(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

describe('dumps', () => {
  test.each(DUMPED)('%s', (text, dumped) => {
    expect(dumps(python(text))).toBe(dumped);
  });

  test('writes ASCII that parses to the same value and dumps to the same text', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        const dumped = dumps(python(text));
        expect(dumped).toMatch(/^[ -~]*$/);
        // Python keeps the sign of -0.0 but not of -0, and so do we; vitest tells them apart.
        expect(JSON.stringify(JSON.parse(dumped))).toBe(JSON.stringify(sortedCopy(JSON.parse(text))));
        expect(dumps(python(dumped))).toBe(dumped);
      }),
    );
  });

  test('sorts keys by code point', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' })), (keys) => {
        const object = Object.fromEntries(keys.map((key) => [key, 1]));
        const parsed = parseJson(dumps(object));
        if ('problem' in parsed) throw new Error(parsed.problem);
        const order = [...parsed.members.keys()].map((key) => [...key].map((c) => c.codePointAt(0) ?? 0));
        for (const [index, key] of order.entries()) {
          const next = order[index + 1];
          if (next !== undefined) expect(isBefore(key, next)).toBe(true);
        }
      }),
    );
  });
});

function isBefore(left: number[], right: number[]): boolean {
  const at = left.findIndex((code, index) => code !== right[index]);
  return at < 0 ? left.length < right.length : (left[at] ?? 0) < (right[at] ?? -1);
}

function sortedCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedCopy);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort((a, b) => (isBefore(codes(a), codes(b)) ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, sortedCopy((value as Record<string, unknown>)[key])]));
}

function codes(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}
