import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { notationAt } from '../../json/number-notation.js';
import { parseJson } from '../../json/parse-json.js';
import { recogniseBody } from '../recognise-body.js';

function partsOf(calls: JsonObject[]): JsonValue {
  const chunks = calls.map((functionCall) => ({ candidates: [{ content: { parts: [{ functionCall }] } }] }));
  const { body } = recogniseBody(chunks, null);
  return (body as { candidates: { content: { parts: JsonValue } }[] }).candidates[0]?.content.parts ?? null;
}

const start = { name: 'f', id: 'c', willContinue: true };
const pieces = (...partialArgs: JsonObject[]) => ({ partialArgs, willContinue: true });
const end = {};

describe('function call arguments in pieces', () => {
  it.each<[JsonObject[], JsonValue]>([
    [
      [
        { jsonPath: '$.a', stringValue: 'x' },
        { jsonPath: '$.a', stringValue: 'y' },
      ],
      { a: 'xy' },
    ],
    [
      [
        { jsonPath: '$.a.b[0].c', boolValue: false },
        { jsonPath: '$.a.b[1].c', nullValue: 'NULL_VALUE' },
      ],
      { a: { b: [{ c: false }, { c: null }] } },
    ],
    [[{ jsonPath: "$['a b'][\"c'd\"]", numberValue: 2.5 }], { 'a b': { "c'd": 2.5 } }],
    [
      [
        { json_path: '$.a', string_value: 'x' },
        { json_path: '$.n', number_value: 3 },
      ],
      { a: 'x', n: 3 },
    ],
    [[{ jsonPath: '$.__proto__.x', stringValue: 'y' }], JSON.parse('{"__proto__": {"x": "y"}}')],
  ])('%j', (partialArgs, args) => {
    expect(partsOf([start, ...partialArgs.map((piece) => pieces(piece)), end])).toEqual([
      { functionCall: { name: 'f', id: 'c', args } },
    ]);
  });

  it('are those of the call that they follow', () => {
    const a = pieces({ jsonPath: '$.a', numberValue: 1 });
    expect(partsOf([start, a, end, { ...start, name: 'g' }, a, end, { name: 'h', args: {} }])).toEqual([
      { functionCall: { name: 'f', id: 'c', args: { a: 1 } } },
      { functionCall: { name: 'g', id: 'c', args: { a: 1 } } },
      { functionCall: { name: 'h', args: {} } },
    ]);
  });

  it.each(['', 'a.b', '$', '$..a', '$.a[9999999]', `$${'.a'.repeat(10_000)}`, '$[*]'])(
    'stay as they are when the path is %j',
    (jsonPath) => {
      const piece = { jsonPath, stringValue: 'x' };
      expect(partsOf([start, pieces(piece), end])).toMatchObject([
        { functionCall: { partialArgs: [piece] } },
      ]);
    },
  );

  it('keep the number as written', () => {
    const one = parseJson('{"jsonPath": "$.a", "numberValue": 1.0}');
    if ('problem' in one) throw new Error(one.problem);
    const [part] = partsOf([start, pieces(one.value as JsonObject), end]) as {
      functionCall: { args: JsonObject };
    }[];
    expect(notationAt(part?.functionCall.args ?? {}, 'a')).toBe('1.0');
  });

  it('show that a truncated stream announced more', () => {
    expect(partsOf([start, pieces({ jsonPath: '$.a', stringValue: 'x' })])).toEqual([
      { functionCall: { name: 'f', id: 'c', args: { a: 'x' }, willContinue: true } },
    ]);
  });
});
