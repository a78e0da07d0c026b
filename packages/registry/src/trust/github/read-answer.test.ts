import { describe, expect, it } from 'vitest';
import { type GitHubAnswer, readRepositoryAnswer } from './read-answer.js';

const SERVER = 'https://github.com';
const NOW = new Date('2026-11-27T12:00:00Z');
const REPOSITORY = {
  id: 4711,
  full_name: 'acme/desk',
  owner: { login: 'acme', id: 65 },
  permissions: { admin: false, push: true, pull: true },
};

const read = (status: number, headers: Record<string, string> = {}, body: GitHubAnswer['body'] = null) =>
  readRepositoryAnswer({ status, header: (name) => headers[name] ?? null, body }, SERVER, NOW);

describe('readRepositoryAnswer', () => {
  it.each<[string, object | undefined, boolean, boolean]>([
    ['write', { push: true, pull: true }, true, true],
    ['read', { push: false, pull: true }, true, false],
    ['none', { push: false, pull: false }, false, false],
    ['a permission to write without one to read', { push: true, pull: false }, false, false],
    ['values of another type', { push: 'true', pull: 1 }, false, false],
    ['no permissions at all', undefined, false, false],
  ])('reads the permission: %s', (_, permissions, mayRead, mayWrite) => {
    expect(read(200, {}, { ...REPOSITORY, permissions })).toEqual({
      kind: 'repository',
      repository: { id: 4711, fullName: 'acme/desk', owner: 'acme', ownerId: 65, mayRead, mayWrite },
    });
  });

  it.each([
    ['no body', null],
    ['an empty object', {}],
    ['an id that is text', { ...REPOSITORY, id: '4711' }],
    ['no owner', { ...REPOSITORY, owner: null }],
  ])('does not guess from %s', (_, body) => {
    expect(read(200, {}, body)).toMatchObject({ kind: 'unavailable' });
  });

  it.each<[number, Record<string, string>, GitHubAnswer['body'], object]>([
    [404, {}, null, { kind: 'none' }],
    [401, {}, { message: 'Bad credentials' }, { kind: 'signed-out' }],
    [301, { location: 'https://api.github.com/repositories/1' }, null, { kind: 'moved' }],
    [301, {}, null, { kind: 'unavailable' }],
    [500, {}, null, { kind: 'unavailable', retryAfter: 10 }],
    [429, { 'retry-after': '7' }, null, { kind: 'unavailable', retryAfter: 7 }],
    [403, { 'retry-after': '99999' }, null, { kind: 'unavailable', retryAfter: 3_600 }],
    [
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW.getTime() / 1_000 + 90) },
      null,
      { kind: 'unavailable', retryAfter: 90 },
    ],
    [403, {}, { message: 'You have exceeded a secondary rate limit.' }, { kind: 'unavailable' }],
    [
      403,
      { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=1' },
      null,
      { kind: 'refused', link: 'https://github.com/orgs/acme/sso?authorization_request=1' },
    ],
    [
      403,
      { 'x-github-sso': 'required; url=https://elsewhere.example/sso' },
      null,
      { kind: 'refused', link: null },
    ],
    [
      403,
      {},
      { message: 'the `acme` organization has enabled\nOAuth App access restrictions' },
      {
        kind: 'refused',
        message: 'GitHub refuses access: the `acme` organization has enabled OAuth App access restrictions',
      },
    ],
    [451, {}, { message: 'Repository access blocked' }, { kind: 'refused' }],
  ])('reads the status %i with %j', (status, headers, body, expected) => {
    expect(read(status, headers, body)).toMatchObject(expected);
  });
});
