import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { type EventTarget, eventTarget } from './event-target.js';
import type { EventPayload, WorkflowRun } from './workflow-run.js';

/** GitHub's example payloads, which have the fields that the runner gets. */
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: EventPayload[];
}[];

const SHA = 'c0ffee0000000000000000000000000000000000';

function run(eventName: string, ref: string, payload: EventPayload = {}): WorkflowRun {
  const repository = { owner: 'octo-org', name: 'octo-tests' };
  return {
    eventName,
    ref,
    payload,
    repository,
    sha: SHA,
    actor: 'octocat',
    workspace: '/',
    githubApiUrl: '',
    githubServerUrl: '',
    id: 17,
    attempt: 1,
    workflow: '',
    job: '',
    temporary: '/',
  };
}

function payloadsOf(name: string): EventPayload[] {
  return examples.find((event) => event.name === name)?.examples ?? [];
}

function targetOf(workflowRun: WorkflowRun): EventTarget {
  const about = eventTarget(workflowRun);
  if ('nothing' in about) throw new Error(about.nothing);
  return about;
}

describe('a pull request', () => {
  const open = payloadsOf('pull_request').filter((payload) => payload.pull_request?.state === 'open');

  it.each(open)(
    'of GitHub’s examples is pulled and pushed over its base, at its head ($action)',
    (payload) => {
      const pull = payload.pull_request;
      const about = targetOf(run('pull_request', `refs/pull/${pull?.number}/merge`, payload));
      const target = { pullRequest: pull?.number, base: pull?.base.ref };
      expect(about.target).toEqual(target);
      const described = { title: pull?.title, author: pull?.user?.login };
      expect(about.push).toEqual({ target, commit: pull?.head.sha, about: described });
      // The candidates start at the checked-out test merge, not at the head.
      expect(about.lineage).toEqual({
        kind: 'merge-base',
        baseBranch: pull?.base.ref,
        baseSha: pull?.base.sha,
        headSha: SHA,
      });
      expect(about.merged).toBeNull();
    },
  );

  it('has examples', () => expect(open.length).toBeGreaterThan(5));

  const base = { ref: 'main', sha: 'b', repo: { full_name: 'octo-org/octo-tests' } };

  it.each([
    ['the repository itself', { full_name: 'octo-org/octo-tests' }, false],
    ['a fork', { full_name: 'somebody/octo-tests' }, true],
    ['a fork that was deleted', null, true],
  ])('recognizes a pull request from %s', (_, repo, fromFork) => {
    const payload = { pull_request: { number: 7, state: 'open', head: { sha: 'h', repo }, base } };
    expect(targetOf(run('pull_request', 'refs/pull/7/merge', payload)).fromFork).toBe(fromFork);
  });

  it('is not pushed to after it is closed', () => {
    const pull_request = { number: 7, state: 'closed', head: { sha: 'h', repo: base.repo }, base };
    const about = targetOf(run('pull_request', 'refs/heads/main', { action: 'closed', pull_request }));
    expect(about.target).toEqual({ branch: 'main' });
    expect(about.push).toEqual({ refused: expect.stringContaining('#7 is closed') });
  });

  it.each([
    ['without a merge', false, 7, 'when it is reopened'],
    ['by its merge', true, null, 'the push that merges a pull request promotes'],
  ])('is reported as closed only when it was closed %s', (_, merged, closed, words) => {
    const head = { sha: 'h', repo: base.repo };
    const pull_request = { number: 7, state: 'closed', merged, head, base };
    const about = targetOf(run('pull_request', 'refs/pull/7/merge', { action: 'closed', pull_request }));
    expect(about).toMatchObject({ closed, push: { refused: expect.stringContaining(words) } });
    const open = { ...pull_request, state: 'open', merged: false };
    expect(targetOf(run('pull_request', 'refs/pull/7/merge', { pull_request: open })).closed).toBeNull();
  });

  it('is only pulled on review events; the base is pulled when the event runs on the base', () => {
    const pull_request = { number: 7, state: 'open', head: { sha: 'h', repo: base.repo }, base };
    const review = targetOf(run('pull_request_review', 'refs/pull/7/merge', { pull_request }));
    expect(review.target).toEqual({ pullRequest: 7, base: 'main' });
    expect(review.push).toEqual({ refused: expect.stringContaining('`pull_request_review`') });
    const onBase = targetOf(run('pull_request_target', 'refs/heads/main', { pull_request }));
    expect(onBase.target).toEqual({ branch: 'main' });
    expect(onBase.push).toEqual({ refused: expect.stringContaining('`pull_request_target`') });
  });
});

describe('a push', () => {
  it.each(payloadsOf('push').filter((payload) => payload.deleted))(
    'that deletes is nothing to do',
    (payload) => {
      expect(eventTarget(run('push', 'refs/tags/simple-tag', payload))).toEqual({
        nothing: expect.stringContaining('was deleted'),
      });
    },
  );

  it.each(payloadsOf('push').filter((payload) => payload.commits?.length))(
    'to a branch promotes, pulls and pushes',
    (payload) => {
      const about = targetOf(run('push', 'refs/heads/feature/x', payload));
      expect(about).toMatchObject({
        target: { branch: 'feature/x' },
        push: { target: { branch: 'feature/x' }, commit: SHA },
        lineage: { kind: 'line', sha: SHA },
        merged: { branch: 'feature/x', commits: payload.commits?.map((commit) => commit.id) },
        defaultBranch: 'master',
      });
    },
  );

  it('of a tag pulls the branch that the tag was created from and says why it does not push', () => {
    const payload = {
      base_ref: 'refs/heads/release/1',
      repository: { full_name: 'o/n', default_branch: 'main' },
    };
    const about = targetOf(run('push', 'refs/tags/v1', payload));
    expect(about.target).toEqual({ branch: 'release/1' });
    expect(about.push).toEqual({ refused: expect.stringContaining('is a tag') });
    expect(targetOf(run('push', 'refs/tags/v1', { ...payload, base_ref: null })).target).toEqual({
      branch: 'main',
    });
  });

  const commits = (count: number, distinct: (index: number) => boolean) =>
    Array.from({ length: count }, (_, index) => ({ id: `c${index}`, distinct: distinct(index) }));
  const lookedUp = (payload: EventPayload) =>
    targetOf(run('push', 'refs/heads/main', payload)).merged?.commits;

  it.each<[string, EventPayload, (string | undefined)[]]>([
    ['no commits (a branch was reset): the tip', { after: 'tip', commits: [] }, ['tip']],
    ['few: all', { after: 'c2', commits: commits(3, (index) => index === 2) }, ['c0', 'c1', 'c2']],
    ['many: the new ones', { after: 'c29', commits: commits(30, (index) => index > 27) }, ['c28', 'c29']],
    [
      'many, the tip not among the new: with it',
      { after: 'c29', commits: commits(30, (index) => index === 3) },
      ['c3', 'c29'],
    ],
  ])('looks up its commits: %s', (_, payload, expected) => expect(lookedUp(payload)).toEqual(expected));

  it('looks up all commits when a merge queue moves the branch to known ones, at most 250', () => {
    expect(lookedUp({ after: 'c29', commits: commits(30, () => false) })).toHaveLength(30);
    const most = lookedUp({ after: 'c999', commits: commits(1000, () => true) });
    expect(most).toHaveLength(250);
    expect(most?.at(-1)).toBe('c999');
  });
});

it('shows the name of a ref that looks like another with its code points', () => {
  const tag = targetOf(run('push', 'refs/tags/m\u0430in')).push;
  expect(tag).toEqual({ refused: expect.stringContaining('`refs/tags/m[U+0430]in` is a tag') });
  expect(eventTarget(run('push', 'refs/heads/m\u0430in', { deleted: true }))).toEqual({
    nothing: expect.stringContaining('`refs/heads/m[U+0430]in` was deleted'),
  });
});

describe('the merge queue', () => {
  it.each(payloadsOf('merge_group'))('pulls the queued pull request and does not push', (payload) => {
    const about = targetOf(run('merge_group', payload.merge_group?.head_ref ?? '', payload));
    expect(about.target).toEqual({ pullRequest: 104, base: 'main' });
    expect(about.push).toEqual({ refused: expect.stringContaining('merge queue') });
    expect(about.lineage).toMatchObject({
      kind: 'merge-base',
      baseBranch: 'main',
      baseSha: payload.merge_group?.base_sha,
    });
  });

  it('may have a base branch with slashes, and starts push events too', () => {
    const ref = 'refs/heads/gh-readonly-queue/release/1.x/pr-12-abc123';
    const about = targetOf(run('push', ref, { after: 'a', commits: [{ id: 'a' }] }));
    expect(about.target).toEqual({ pullRequest: 12, base: 'release/1.x' });
    expect(about.push).toHaveProperty('refused');
    expect(about.merged).toBeNull();
  });
});

describe('other events', () => {
  it.each(['schedule', 'workflow_dispatch'])('%s on a branch is like a push without promotion', (name) => {
    const about = targetOf(run(name, 'refs/heads/main', payloadsOf('workflow_dispatch')[0]));
    expect(about).toMatchObject({
      target: { branch: 'main' },
      push: { target: { branch: 'main' }, commit: SHA },
      merged: null,
    });
  });

  it('workflow_dispatch on a tag does not push', () => {
    expect(targetOf(run('workflow_dispatch', 'refs/tags/v1')).push).toEqual({
      refused: expect.stringContaining('is a tag'),
    });
  });

  it.each(['workflow_run', 'release', 'repository_dispatch'])(
    '%s pulls what is checked out and says why not push',
    (name) => {
      for (const payload of payloadsOf(name)) {
        const about = targetOf(run(name, 'refs/heads/main', payload));
        expect(about.target).toEqual({ branch: 'main' });
        expect(about.push).toEqual({ refused: expect.stringContaining(`\`${name}\``) });
      }
    },
  );

  it('pulls the default branch when neither ref nor payload names one', () => {
    expect(targetOf(run('deployment', '')).target).toBeNull();
  });
});
