import { describe, expect, it } from 'vitest';
import {
  checkForkRun,
  type ForkRun,
  type ListedPullRequest,
  pullRequestOf,
} from './originating-pull-request.js';

const OWN = { id: 42, full_name: 'octo-org/octo-tests' };
const FORK = { id: 77, full_name: 'somebody/octo-tests', owner: { login: 'somebody' } };
const RUN: ForkRun = {
  id: 9000,
  event: 'pull_request',
  status: 'completed',
  conclusion: 'success',
  head_branch: 'topic',
  head_sha: 'c0ffee',
  repository: OWN,
  head_repository: FORK,
};
const PULL: ListedPullRequest = {
  number: 3,
  title: 'Say\u0000 good\ud800 morning',
  user: { login: 'somebody' },
  state: 'open',
  merged_at: null,
  merge_commit_sha: 'merged',
  head: { sha: 'c0ffee', repo: { id: 77 } },
  base: { ref: 'main', sha: 'ba5e', repo: { id: 42 } },
};

const check = (run: Partial<ForkRun>, pushOn: 'success' | 'always' = 'success') =>
  checkForkRun({ ...RUN, ...run }, 'Octo-Org/octo-tests', pushOn);

describe('a run', () => {
  it('of a pull request from a fork is accepted, and names are case-insensitive', () => {
    expect(check({})).toEqual({ owner: 'somebody', branch: 'topic' });
  });

  it.each<[string, Partial<ForkRun>, string]>([
    [
      'of another repository',
      { repository: { id: 1, full_name: 'octo-org/octo-tests-2' } },
      'not to Octo-Org',
    ],
    ['of another event', { event: 'push' }, 'was triggered by `push`'],
    ['of a fork that was deleted', { head_repository: null }, 'was deleted'],
    ['of this repository', { head_repository: { ...FORK, id: 42 } }, 'a branch of this repository'],
    ['that is in progress', { status: 'in_progress' }, 'types: [completed]'],
    ['that failed', { conclusion: 'failure' }, 'push-on: always'],
    ['without a branch', { head_branch: null }, 'no branch'],
  ])('%s is refused', (_, run, reason) => {
    expect(check(run)).toEqual({ nothing: expect.stringContaining(reason) });
  });

  it('that failed is accepted with push-on: always', () => {
    expect(check({ conclusion: 'failure' }, 'always')).toHaveProperty('branch');
  });
});

describe('the pull request of a run', () => {
  it('has its head and its repository', () => {
    const other = { ...PULL, number: 4, head: { sha: 'c0ffee', repo: { id: 78 } } };
    expect(pullRequestOf(RUN, [other, PULL])).toEqual({
      number: 3,
      headSha: 'c0ffee',
      fork: 'somebody/octo-tests',
      base: { ref: 'main', sha: 'ba5e' },
      about: { title: 'Say  good  morning', author: 'somebody' },
      testMerge: 'merged',
    });
  });

  it.each<[string, Partial<ListedPullRequest>, string]>([
    ['of another repository by id', { head: { sha: 'c0ffee', repo: { id: 78 } } }, 'no pull request'],
    ['whose repository is gone', { head: { sha: 'c0ffee', repo: null } }, 'no pull request'],
    ['into another repository', { base: { ...PULL.base, repo: { id: 43 } } }, 'no pull request'],
    ['with a newer head', { head: { sha: 'beef', repo: { id: 77 } } }, '#3 was updated from c0ffee to beef'],
    ['that was closed', { state: 'closed' }, '#3 has been closed'],
    ['that was merged', { state: 'closed', merged_at: '2025-01-01T00:00:00Z' }, '#3 has been merged'],
  ])('is not one %s', (_, pull, reason) => {
    expect(pullRequestOf(RUN, [{ ...PULL, ...pull }])).toEqual({ nothing: expect.stringContaining(reason) });
  });

  it('is none when two have the same head', () => {
    expect(pullRequestOf(RUN, [PULL, { ...PULL, number: 4 }])).toEqual({
      nothing: expect.stringContaining('#3 and #4 have the same head'),
    });
  });

  it('is the open one when a closed one had the same head', () => {
    expect(pullRequestOf(RUN, [{ ...PULL, number: 2, state: 'closed' }, PULL])).toMatchObject({ number: 3 });
  });
});
