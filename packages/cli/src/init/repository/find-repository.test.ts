import { describe, expect, it } from 'vitest';
import { hostOf, mayRunActions } from './find-repository.js';

describe('hostOf', () => {
  it.each([
    ['https://github.com/acme/tests.git', 'github.com'],
    ['https://user:password@GitHub.com/acme/tests', 'github.com'],
    ['git@github.com:acme/tests.git', 'github.com'],
    ['github.com:acme/tests', 'github.com'],
    ['ssh://git@ghe.example.com:2222/acme/tests.git', 'ghe.example.com'],
    ['/srv/git/tests.git', null],
    ['../tests', null],
    ['file:///srv/tests', null],
    [null, null],
  ])('%s', (address, expected) => {
    expect(hostOf(address)).toBe(expected);
  });
});

describe('mayRunActions', () => {
  it.each([
    [null, true],
    ['github.com', true],
    ['ghe.example.com', true],
    ['gitlab.com', false],
    ['gitlab.example.com', false],
    ['bitbucket.org', false],
    ['codeberg.org', false],
    ['ssh.dev.azure.com', false],
    ['git.sr.ht', false],
  ])('%s', (host, expected) => {
    expect(mayRunActions(host)).toBe(expected);
  });
});
