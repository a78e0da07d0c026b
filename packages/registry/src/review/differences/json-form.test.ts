import { describe, expect, it } from 'vitest';
import { describeJsonForm } from './json-form.js';

describe('describeJsonForm', () => {
  it.each([
    ['{"a":1,"b":2}', '{"b":2,"a":1}', ['order of keys']],
    ['{"a":1,"b":{"c":1,"d":2}}', '{"a":1,"b":{"d":2,"c":1}}', ['order of keys']],
    ['{"a":1}', '{"a":1.0}', ['form of numbers']],
    ['{"a":1000}', '{"a":1e3}', ['form of numbers']],
    ['{"a":"1"}', '{"a": "1"}', ['white space']],
    ['{"a":"é"}', '{"a":"\\u00e9"}', ['form of texts']],
    ['{"a":1,"b":null}', '{"a":1}', ['null fields']],
    ['{"a":1,"b":2}', '{ "b":2.0, "a":1 }', ['order of keys', 'form of numbers', 'white space']],
    ['{"a":1}', '{"a":1}', []],
    ['no JSON', 'no  JSON', []],
  ])('%s / %s', (before, after, forms) => {
    expect(describeJsonForm(before, after)).toEqual(forms);
    expect(describeJsonForm(after, before)).toEqual(forms);
  });
});
