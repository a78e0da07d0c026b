import { describe, expect, it } from 'vitest';
import { eventTarget } from './event-target.js';
import {
  type RequestedPullRequest,
  targetOfPullRequest,
  testedCommit,
  whyEnded,
} from './requested-pull-request.js';

const HEAD = 'a'.repeat(40);
const MAIN = 'c'.repeat(40);
const repo = { full_name: 'octo-org/octo-tests' };
const PULL: RequestedPullRequest = {
  ...{ number: 3, state: 'open', merged: false, title: 'Add a tool', user: { login: 'octocat' } },
  head: { sha: HEAD, repo },
  base: { ref: 'release', sha: 'b'.repeat(40), repo },
};

describe('the commit that a run of the default branch tests', () => {
  it.each([
    ['the head', { sha: HEAD, parents: [] }, { commit: HEAD, warning: null }],
    [
      'the test merge',
      { sha: 'd'.repeat(40), parents: ['b'.repeat(40), HEAD] },
      { commit: HEAD, warning: null },
    ],
    ['unknown, without a checkout', null, { commit: HEAD, warning: null }],
    [
      'an older head, when the pull request moved on',
      { sha: 'e'.repeat(40), parents: [] },
      {
        commit: 'e'.repeat(40),
        warning: expect.stringContaining('not at the head aaaaaaaaaa of pull request #3'),
      },
    ],
    [
      'the default branch, when the workflow does not check out the pull request',
      { sha: MAIN, parents: [] },
      { problem: expect.stringContaining('`ref: refs/pull/3/merge`') },
    ],
  ])('is %s', (_, checkedOut, expected) => {
    expect(testedCommit(PULL, checkedOut, MAIN)).toEqual(expected);
  });
});

describe('a pull request', () => {
  it.each([
    ['open', false, null],
    ['closed', false, 'pull request #3 was closed'],
    ['closed', true, 'pull request #3 was merged'],
  ])('that is %s, merged: %s', (state, merged, words) => {
    expect(whyEnded({ ...PULL, state, merged })).toEqual(words && expect.stringContaining(words));
  });

  it('is pulled and pushed over the base that GitHub says, at the tested commit', () => {
    const own = eventTarget({
      ...{ eventName: 'workflow_dispatch', ref: 'refs/heads/main', sha: MAIN, actor: '', workspace: '/' },
      ...{ githubServerUrl: '', id: 17, attempt: 1, workflow: '' },
      ...{ githubApiUrl: '', job: '', temporary: '/', repository: { owner: 'octo-org', name: 'octo-tests' } },
      payload: { repository: { full_name: 'octo-org/octo-tests', default_branch: 'main' } },
    });
    if ('nothing' in own) throw new Error(own.nothing);
    const at = { commit: HEAD, refused: null };
    expect(targetOfPullRequest(PULL, own, at)).toEqual({
      target: { pullRequest: 3, base: 'release' },
      lineage: { kind: 'merge-base', baseBranch: 'release', baseSha: 'b'.repeat(40), headSha: HEAD },
      push: {
        target: { pullRequest: 3, base: 'release' },
        commit: HEAD,
        about: { title: 'Add a tool', author: 'octocat' },
      },
      ...{ merged: null, closed: null, defaultBranch: 'main', fromFork: false, recordsFor: { fork: null } },
    });
    expect(targetOfPullRequest(PULL, own, { ...at, refused: 'no' }).push).toEqual({ refused: 'no' });
    for (const [head, fork] of [
      [{ full_name: 'somebody/fork' }, 'somebody/fork'],
      [null, 'a deleted repository'],
      [{ full_name: 'Octo-Org/octo-tests' }, null],
    ] as const) {
      const pull = { ...PULL, head: { sha: HEAD, repo: head } };
      expect(targetOfPullRequest(pull, own, at).recordsFor).toEqual({ fork });
    }
  });
});
