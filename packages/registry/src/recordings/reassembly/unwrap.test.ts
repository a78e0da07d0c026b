import { expect, test } from 'vitest';
import { unwrap } from './unwrap.js';

const wrap = (data: unknown) => ({ __type__: 'any.package.Type', __data__: data });

test.each([
  ['an object', wrap({ a: 1 }), { a: 1 }],
  ['JSON text', wrap(' {"a": [1]}'), { a: [1] }],
  ['text', wrap('plain'), 'plain'],
  ['text that only looks like JSON', wrap('[not json'), '[not json'],
  ['text that is a number', wrap('7'), '7'],
  ['items of a list', [wrap({ a: 1 }), 2], [{ a: 1 }, 2]],
  ['inside out', wrap({ b: [wrap(wrap('{"c": 1}'))] }), { b: [{ c: 1 }] }],
  ['no wrapper', { __type__: 'x', b: null }, { __type__: 'x', b: null }],
])('%s', (_what, recorded, plain) => {
  const before = structuredClone(recorded);
  expect(unwrap(recorded as never)).toEqual(plain);
  expect(recorded).toEqual(before);
});

test('does not copy a value without wrappers', () => {
  const value = { a: [{ b: 1 }] };
  expect(unwrap(value)).toBe(value);
});
