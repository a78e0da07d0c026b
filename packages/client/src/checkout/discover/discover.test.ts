import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { discover } from './discover.js';

const FILES = Object.fromEntries(
  [
    'recordings/a.json',
    'tests/recordings/deep/er/b.json',
    'tests/recordings/.hidden/c.json',
    'tests/[x]/d.json',
    'tests/x/e.json',
    'tests/{a,b}!/f.json',
    'tests/a/f.json',
    'recordings/no.txt',
    'recordings/.fixtures-0a1b2c3d-4.tmp',
    'recordings/.fixtures-0a1b2c3d-5.tmp/staged.json',
    'node_modules/p/recordings/a.json',
    'tests/.git/recordings/a.json',
    '.fixtures/replaced/recordings/a.json',
  ].map((path) => [path, 'x']),
);

describe('discover', () => {
  it.each([
    [undefined, ['recordings/a.json', 'tests/recordings/.hidden/c.json', 'tests/recordings/deep/er/b.json']],
    [['recordings/*'], ['recordings/a.json', 'recordings/no.txt']],
    [['tests/[x]/*.json'], ['tests/[x]/d.json']],
    [['tests/{a,b}!/*.json'], ['tests/{a,b}!/f.json']],
    [['tests/re**c.json'], ['tests/recordings/.hidden/c.json']],
    [
      ['**/d.json', '**/e.json', '**/[x]/*'],
      ['tests/[x]/d.json', 'tests/x/e.json'],
    ],
    [['tests/x/e.json'], ['tests/x/e.json']],
    [['nowhere/**'], []],
    [
      ['tests/*/e.json', 'tests/a/f*'],
      ['tests/a/f.json', 'tests/x/e.json'],
    ],
  ])('%j', (patterns, expected) => {
    using folder = new TemporaryFolder().write(FILES);
    expect(discover(folder.path, patterns)).toEqual(expected);
  });

  it('leaves out symbolic links', () => {
    using outside = new TemporaryFolder().write({ 'a.json': 'x' });
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'x' });
    symlinkSync(outside.path, join(folder.path, 'recordings/folder'));
    symlinkSync(join(outside.path, 'a.json'), join(folder.path, 'recordings/b.json'));
    symlinkSync(outside.path, join(folder.path, 'linked'));
    const met: string[] = [];
    expect(discover(folder.path, undefined, (link) => met.push(link))).toEqual(['recordings/a.json']);
    expect(met.sort()).toEqual(['linked', 'recordings/b.json', 'recordings/folder']);
    expect(discover(folder.path, ['linked/*.json', 'recordings/folder/*', 'recordings/b.json'])).toEqual([]);
  });

  it.each(['', '/etc/*', '../*', 'a/../../*'])('refuses the pattern %j', (pattern) => {
    using folder = new TemporaryFolder();
    expect(() => discover(folder.path, [pattern])).toThrow(/must be relative/);
  });
});
