import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import {
  ancestors,
  commitId,
  currentBranch,
  defaultBranch,
  forkPoint,
  headCommit,
  mergeBase,
  parseRemote,
  remoteRepository,
} from './git-checkout.js';

describe('parseRemote', () => {
  it.each([
    ['git@github.com:acme/tests.git', 'acme/tests'],
    ['github.com:acme/tests', 'acme/tests'],
    ['https://github.com/acme/tests.git', 'acme/tests'],
    ['https://github.com/acme/tests/', 'acme/tests'],
    ['https://user:password@github.com/acme/te.st.s', 'acme/te.st.s'],
    ['ssh://git@example.com:2222/acme/tests.git', 'acme/tests'],
    ['git://example.com/acme/tests.git', 'acme/tests'],
    ['https://example.com/group/sub/tests.git', null],
    ['https://example.com/tests', null],
    ['/srv/git/tests.git', null],
    ['../tests', null],
    ['file:///srv/acme/tests', null],
    ['', null],
  ])('%s', (address, expected) => {
    const found = parseRemote(address);
    expect(found === null ? null : `${found.owner}/${found.name}`).toBe(expected);
  });
});

describe('in a checkout', () => {
  it('finds commits, branches and the remote', async () => {
    using folder = new TemporaryFolder();
    const git = (...words: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...words],
        { cwd: folder.path, encoding: 'utf8' },
      ).trim();
    const commit = (message: string) => {
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    };
    git('init', '--quiet', '-b', 'main');
    expect(await headCommit(folder.path)).toBeNull();
    const first = commit('first');
    const second = commit('second');
    git('checkout', '--quiet', '-b', 'feature');
    const third = commit('third');
    git('remote', 'add', 'origin', 'git@example.com:acme/tests.git');
    git('update-ref', 'refs/remotes/origin/main', first);
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');

    expect(await headCommit(folder.path)).toBe(third);
    expect(await commitId(folder.path, third.slice(0, 8))).toBe(third);
    expect(await commitId(folder.path, 'nothing')).toBeNull();
    expect(await currentBranch(folder.path)).toBe('feature');
    expect(await defaultBranch(folder.path)).toBe('main');
    expect(await remoteRepository(folder.path)).toEqual({ owner: 'acme', name: 'tests' });
    expect(await ancestors(folder.path)).toEqual([third, second, first]);
    expect(await ancestors(folder.path, second)).toEqual([second, first]);
    expect(await mergeBase(folder.path, third, 'main')).toBe(second);
    // The remote's main counts, not the local one, which may be ahead.
    expect(await forkPoint(folder.path, 'main')).toBe(first);
    git('checkout', '--quiet', '--detach');
    expect(await currentBranch(folder.path)).toBeNull();
  });

  it('finds nothing without git', async () => {
    using folder = new TemporaryFolder();
    expect(await headCommit(folder.path)).toBeNull();
    expect(await remoteRepository(folder.path)).toBeNull();
    expect(await ancestors(folder.path)).toEqual([]);
    expect(await headCommit('/nowhere/at/all')).toBeNull();
  });

  it('does not pass an option to git as a commit', async () => {
    using folder = new TemporaryFolder();
    expect(await commitId(folder.path, '--help')).toBeNull();
    expect(await ancestors(folder.path, '--all')).toEqual([]);
    expect(await mergeBase(folder.path, '--all', 'x')).toBeNull();
  });
});
