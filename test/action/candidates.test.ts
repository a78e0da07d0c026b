import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCandidates } from '../../packages/action/src/event/candidate-commits.js';
import type { Lineage } from '../../packages/action/src/event/event-target.js';
import { localGit } from '../../packages/action/src/event/local-git.js';
import { connectGitHub } from '../../packages/action/src/runner/github-client.js';
import { makeTemporaryFolder, removeTemporaryFolder } from '../support/clean-up.js';
import { type GitHubStandIn, startGitHub } from '../support/github-api.js';

let github: GitHubStandIn;
let folder: string;
beforeEach(async () => {
  github = await startGitHub();
  folder = makeTemporaryFolder('candidates-');
});
afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
  await removeTemporaryFolder(folder);
});

function git(directory: string, ...args: string[]): string {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', ['-C', directory, ...who, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

function find(lineage: Lineage, directory = folder) {
  const options = { token: github.token, apiUrl: github.url, userAgent: 'test' };
  const { repository } = github.state;
  return findCandidates(lineage, { github: connectGitHub(options), git: localGit(directory), repository });
}

describe('with GitHub', () => {
  it('starts at the base commit of the test merge and follows first parents', async () => {
    const { state } = github;
    const first = state.tip('main');
    const old = state.openPullRequest({ head: state.commit([state.commit([first])]) });
    const merged = state.merge(old.number);
    const seen = state.commitTo('main');
    const pull = state.openPullRequest({ head: state.commit([first]) });
    state.commitTo('main');
    const lineage = {
      kind: 'merge-base',
      baseBranch: 'main',
      baseSha: seen,
      headSha: pull.testMerge,
    } as const;
    expect(await find(lineage)).toEqual({ commits: [seen, merged, first], source: 'from GitHub' });
    // With the head commit checked out, the tests see the commit from which the branch was created.
    expect((await find({ ...lineage, headSha: pull.head })).commits).toEqual([first]);
  });

  it('starts at the commit itself on a branch', async () => {
    const { state } = github;
    const [first, second] = [state.tip('main'), state.commitTo('main')];
    expect((await find({ kind: 'line', sha: second })).commits).toEqual([second, first]);
  });

  it('retries when GitHub fails once', async () => {
    let stumbled = false;
    github.before = () => {
      if (stumbled) return undefined;
      stumbled = true;
      return { status: 502, body: { message: 'Bad Gateway' } };
    };
    const sha = github.state.tip('main');
    expect(await find({ kind: 'line', sha })).toEqual({ commits: [sha], source: 'from GitHub' });
    expect(github.requests).toHaveLength(2);
  });
});

describe('without GitHub', () => {
  beforeEach(() => {
    github.before = () => ({ status: 403, body: { message: 'Resource not accessible by integration' } });
  });

  /** A repository with a pull request, and the commit that its jobs check out. */
  function repositoryWithPullRequest() {
    const origin = path.join(folder, 'origin');
    git(folder, 'init', '--quiet', origin);
    const commit = (message: string) => {
      git(origin, 'commit', '--quiet', '--allow-empty', '-m', message);
      return git(origin, 'rev-parse', 'HEAD');
    };
    const first = commit('first');
    git(origin, 'checkout', '--quiet', '-b', 'feature');
    const head = commit('feature');
    git(origin, 'checkout', '--quiet', 'main');
    const base = commit('second');
    git(origin, 'checkout', '--quiet', '-b', 'test-merge');
    git(origin, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'feature');
    return { origin, first, head, base, testMerge: git(origin, 'rev-parse', 'HEAD') };
  }

  it('finds the base of a test merge even in a clone of depth 1', async () => {
    const { origin, base, testMerge } = repositoryWithPullRequest();
    const clone = path.join(folder, 'clone');
    git(folder, 'clone', '--quiet', '--depth', '1', '--branch', 'test-merge', `file://${origin}`, clone);
    const lineage = {
      kind: 'merge-base',
      baseBranch: 'main',
      baseSha: 'outdated',
      headSha: testMerge,
    } as const;
    const found = await find(lineage, clone);
    expect(found.commits).toEqual([base]);
    expect(found.source).toContain('`permissions: contents: read`');
  });

  it('follows all first parents in a full clone, for the test merge and for the head', async () => {
    const { origin, first, head, base, testMerge } = repositoryWithPullRequest();
    const clone = path.join(folder, 'clone');
    git(folder, 'clone', '--quiet', '--branch', 'test-merge', origin, clone);
    const lineage = {
      kind: 'merge-base',
      baseBranch: 'main',
      baseSha: 'outdated',
      headSha: testMerge,
    } as const;
    expect((await find(lineage, clone)).commits).toEqual([base, first]);
    git(clone, 'checkout', '--quiet', head);
    expect((await find(lineage, clone)).commits).toEqual([first]);
  });

  it('falls back to the commit of the event', async () => {
    const lineage = {
      kind: 'merge-base',
      baseBranch: 'main',
      baseSha: 'base-of-the-event',
      headSha: 'x',
    } as const;
    expect((await find(lineage)).commits).toEqual(['base-of-the-event']);
    expect((await find({ kind: 'line', sha: 'tip' })).commits).toEqual(['tip']);
  });
});
