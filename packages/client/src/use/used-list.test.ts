import { describe, expect, it } from 'vitest';
import { listedUse } from './used-list.js';

const [HASH, DIGEST, OTHER] = ['0a1b2c3d4e5f', 'd'.repeat(64), 'e'.repeat(64)];
const file = (digest: string) => ({ digest, mtimeMs: 1 });
const PLAN = {
  files: new Map([
    ['recordings/a.json', file(DIGEST)],
    [`recordings/${HASH}.json`, file(OTHER)],
    [`other/recordings/models-${HASH}-99aabb.json`, file('f'.repeat(64))],
    ['sub/cassettes/t[x-y].yaml', file('9'.repeat(64))],
  ]),
  purged: ['recordings/purged.json'],
};
const FOLDERS = {
  directories: ['/work/checkout/sub', '/real/checkout/sub'],
  repositoryRoot: '/work/checkout',
};

function used(lines: string[], folders = FOLDERS) {
  const { read, unknown } = listedUse(lines, PLAN, folders);
  return { read: [...read], ...unknown };
}

describe('listedUse', () => {
  it.each([
    ['a path', 'recordings/a.json', ['recordings/a.json']],
    ['a path with dots', './x/../recordings/a.json', ['recordings/a.json']],
    ['a path with spaces around it', '  recordings/a.json\r', ['recordings/a.json']],
    ['a path from the root of the repository', 'sub/recordings/a.json', ['recordings/a.json']],
    ['a path that exists relative to both', 'sub/cassettes/t[x-y].yaml', ['sub/cassettes/t[x-y].yaml']],
    ['an absolute path', '/work/checkout/sub/recordings/a.json', ['recordings/a.json']],
    [
      'an absolute path without symbolic links',
      '/real/checkout/sub/recordings/a.json',
      ['recordings/a.json'],
    ],
    ['the path of a purged recording', 'recordings/purged.json', ['recordings/purged.json']],
    ['a digest', DIGEST, ['recordings/a.json']],
    ['a digest in capital letters', DIGEST.toUpperCase(), ['recordings/a.json']],
    [
      'the hash of several recordings',
      HASH,
      [`recordings/${HASH}.json`, `other/recordings/models-${HASH}-99aabb.json`],
    ],
  ])('finds %s', (_, line, read) => {
    expect(used([line])).toEqual({ read, count: 0, first: null });
  });

  it.each([
    ['a path outside of the directory', '/work/checkout/recordings/a.json'],
    ['a path above it', '../recordings/a.json'],
    ['the start of a hash', HASH.slice(0, 8)],
    ['another path', 'recordings/b.json'],
    ['a file name alone', 'a.json'],
  ])('does not find %s', (_, line) => {
    expect(used([line])).toEqual({ read: [], count: 1, first: line });
  });

  it('counts the unknown lines and names the first; empty lines are none', () => {
    const lines = ['', 'nosuch.json', 'recordings/a.json', ' ', 'nosuch.json', 'other'];
    expect(used(lines)).toEqual({ read: ['recordings/a.json'], count: 3, first: 'nosuch.json' });
  });

  it('outside of git knows only the directory', () => {
    expect(
      used(['sub/recordings/a.json'], { directories: ['/a/sub'], repositoryRoot: null as never }),
    ).toMatchObject({
      ...{ read: [], count: 1 },
    });
  });
});
