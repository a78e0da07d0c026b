import { describe, expect, it } from 'vitest';
import { parseStructuredAnswer } from './structured-answer.js';

describe('parseStructuredAnswer', () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    [' \n[1, "b"]\n', [1, 'b']],
    ['```json\n{"a": null}\n```', { a: null }],
    ['```\r\n[]\r\n```\n', []],
    ['{}', {}],
    ['{"a": 1', null],
    ['{a: 1}', null],
    ['[see above] and {below}', null],
    ['{"a": 1} {"b": 2}', null],
    ['```json\n{"a": 1}', null],
    ['```python\n[1]\n```', null],
    ['12', null],
    ['"text"', null],
    ['null', null],
    ['', null],
    ['```', null],
  ])('parses %j as %j', (text, answer) => {
    expect(parseStructuredAnswer(text)).toEqual(answer);
  });

  it('does not throw for JSON that is nested too deeply', () => {
    expect(parseStructuredAnswer('['.repeat(5000) + ']'.repeat(5000))).toBeNull();
  });
});
