import { expect, it } from 'vitest';
import { formatStateName, pageLink, parseStateName } from './page-links.js';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

it.each([
  ['main', { branch: 'main' }],
  ['feature/pull/7', { branch: 'feature/pull/7' }],
  ['pull/7', { pullRequest: 7 }],
  [COMMIT, { commit: COMMIT }],
  [
    '5:12.3,7.41',
    {
      snapshot: {
        repositoryId: 5,
        layers: [
          { refId: 12, version: 3, seal: null },
          { refId: 7, version: 41, seal: null },
        ],
      },
    },
  ],
  [
    '5:12.3-9f2c1ab34d5e',
    { snapshot: { repositoryId: 5, layers: [{ refId: 12, version: 3, seal: '9f2c1ab34d5e' }] } },
  ],
])('reads %s as a state, and writes it back', (text, at) => {
  expect(parseStateName(text)).toEqual(at);
  expect(formatStateName(at)).toBe(text);
});

it.each(['', 'a b', '../x', 'a\u0000b', '5:x'])('returns null for %j, which names no state', (text) => {
  expect(parseStateName(text)).toBeNull();
});

it('encodes parameters so that none becomes another parameter', () => {
  const address = pageLink({ owner: 'acme', name: 'shop' }, 'recordings', {
    test: 'a&model=b#c "<',
    model: '',
    at: null,
  });
  expect(new URL(address, 'http://registry.invalid').searchParams).toEqual(
    new URLSearchParams({ test: 'a&model=b#c "<' }),
  );
  expect(address).not.toMatch(/["<#]/);
});
