import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findUnstorableText, problemOfText } from './unstorable-text.js';

it.each([
  ['', null],
  ['main', null],
  ['é💩\u0001\u001b\u007f\ufffe\uffff', null],
  ['\\u0000', null],
  ['\0', /U\+0000/],
  ['a\0b', /U\+0000/],
  ['\ud800', /surrogate/],
  ['a\udc00b', /surrogate/],
  ['\udc00\ud800', /surrogate/],
])('judges %j', (text, problem) => {
  if (problem === null) expect(problemOfText(text)).toBeNull();
  else expect(problemOfText(text)).toMatch(problem);
});

it.each([
  [{ owner: 'acme', first: 5, at: null, deep: [{ path: 'a' }] }, null],
  ['\0', ''],
  [{ v: '\0' }, 'v'],
  [{ input: { add: [{ path: 'a' }, { path: 'b\0' }] } }, 'input.add[1].path'],
  [{ list: ['a', ['b', '\ud800']] }, 'list[1][1]'],
  [{ input: { 'a\0': 1 } }, 'input'],
  [{ '\0': 1 }, ''],
])('finds the place in %j', (value, field) => {
  expect(findUnstorableText(value)?.field ?? null).toBe(field);
});

it('finds a text exactly where JSON holds one', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('\0', '\ud800', '\ud83d\ude00'));
  const value = fc.array(
    fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxKeys: 3 }),
  );
  fc.assert(
    fc.property(value, (each) => {
      const texts: string[] = [];
      JSON.stringify(each, (name, inner: unknown) => {
        texts.push(name, ...(typeof inner === 'string' ? [inner] : []));
        return inner;
      });
      expect(findUnstorableText(each) !== null).toBe(texts.some((one) => problemOfText(one) !== null));
    }),
  );
});
