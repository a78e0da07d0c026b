import { expect, it } from 'vitest';
import { localPath } from './local-path.js';

it.each([
  ['/', '/'],
  ['/acme/shop/pull/7?kind=CHANGED&test=a%20b', '/acme/shop/pull/7?kind=CHANGED&test=a%20b'],
  ['/acme/shop/compare/1:2.3...1:2.4', '/acme/shop/compare/1:2.3...1:2.4'],
])('goes back to %s', (path, expected) => {
  expect(localPath(path)).toBe(expected);
});

it.each([
  undefined,
  '',
  'acme',
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '/\t/elsewhere.example/',
  '/\n/elsewhere.example',
  '/.//elsewhere.example/',
  '/a/..//elsewhere.example/',
  'javascript:alert(1)',
  '/a\r\nset-cookie: b=c',
  `/${'a'.repeat(3_000)}`,
])('does not leave the registry for %j', (path) => {
  expect(localPath(path)).toBe('/');
});
