import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../vocabulary/recording.js';
import { MAXIMUM_NOTATIONS, notationAt, sameNotations } from './number-notation.js';
import { parseJson } from './parse-json.js';

function parsed(text: string): JsonObject {
  const result = parseJson(text);
  if ('problem' in result) throw new Error(result.problem);
  return result.value as JsonObject;
}

describe('the notation of a number', () => {
  it.each([
    ['1', undefined],
    ['-12', undefined],
    ['0.5', undefined],
    ['1e-3', undefined],
    ['NaN', undefined],
    ['1.0', '1.0'],
    ['1.00', '1.0'],
    ['10e-1', '1.0'],
    ['-0.0', '0.0'],
    ['9007199254740991', undefined],
    ['9007199254740993', '9007199254740993'],
    ['-123456789012345678901', '-123456789012345678901'],
    ['"1.0"', undefined],
    ['{"b": 1.0}', undefined],
  ])('of %s is %s', (text, notation) => {
    expect(notationAt(parsed(`{"a": ${text}}`), 'a')).toBe(notation);
    expect(notationAt(parsed(`[null, ${text}]`), 1)).toBe(notation);
  });

  it.each([
    ['{"a": 1}', '{"a": 1.0}', false],
    ['{"a": 1.0, "b": 2}', '{"b": 2, "a": 1.00}', true],
    ['[1.0, 2]', '[1, 2.0]', false],
    ['{"a": 9007199254740993}', '{"a": 9007199254740992}', false],
    ['{"a": 3}', '{"a": 3}', true],
  ])('of %s and %s: %s', (a, b, same) => {
    expect(sameNotations(parsed(a), parsed(b))).toBe(same);
  });

  it('is kept for a bounded number of values of one document', () => {
    const list = parsed(`[${'1.0,'.repeat(MAXIMUM_NOTATIONS)}1.0]`);
    expect(notationAt(list, MAXIMUM_NOTATIONS - 1)).toBe('1.0');
    expect(notationAt(list, MAXIMUM_NOTATIONS)).toBeUndefined();
  });
});
