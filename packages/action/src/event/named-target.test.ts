import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../runner/read-inputs.js';
import { eventTarget } from './event-target.js';
import { namedTarget } from './named-target.js';
import type { EventPayload, WorkflowRun } from './workflow-run.js';

const DEFAULT_BRANCH = 'main';

function run(eventName: string, ref: string, payload: EventPayload = {}): WorkflowRun {
  return {
    ...{ eventName, ref, sha: 'c'.repeat(40), actor: 'octocat', workspace: '/', githubApiUrl: '', job: '' },
    ...{ githubServerUrl: '', id: 17, attempt: 1, workflow: '' },
    ...{ temporary: '/', repository: { owner: 'octo-org', name: 'octo-tests' } },
    payload: { repository: { full_name: 'octo-org/octo-tests', default_branch: DEFAULT_BRANCH }, ...payload },
  };
}

const onPull = run('pull_request', 'refs/pull/3/merge', {
  pull_request: {
    ...{ number: 3, state: 'open' },
    head: { sha: 'a'.repeat(40), repo: { full_name: 'octo-org/octo-tests' } },
    base: { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'octo-org/octo-tests' } },
  },
});
const dispatch = (branch: string) => run('workflow_dispatch', `refs/heads/${branch}`);

interface Given {
  pullRequest?: number;
  branch?: string;
  mode?: Mode;
}

function named(of: WorkflowRun, { pullRequest, branch, mode = 'auto' }: Given) {
  const own = eventTarget(of);
  if ('nothing' in own) throw new Error(own.nothing);
  return namedTarget(of, { pullRequest: pullRequest ?? null, branch: branch ?? null, mode }, own);
}

const EVENT = { kind: 'event' };
const problem = (words: string) => ({ problem: expect.stringContaining(words) });
const ONLY = 'Only a `workflow_dispatch` or `schedule` run of the default branch may push';

describe('the target that the inputs name', () => {
  it.each<[string, WorkflowRun, Given, object]>([
    ['none', dispatch('topic'), {}, EVENT],
    [
      'a pull request, dispatched on main',
      dispatch('main'),
      { pullRequest: 3 },
      { number: 3, refused: null },
    ],
    [
      'a pull request, scheduled without a repository in the event',
      run('schedule', 'refs/heads/trunk', { repository: { full_name: 'octo-org/octo-tests' } }),
      { pullRequest: 3 },
      { kind: 'pull-request', number: 3, refused: null },
    ],
    ['its own pull request', onPull, { pullRequest: 3 }, EVENT],
    ['another pull request', onPull, { pullRequest: 4 }, problem(ONLY)],
    [
      'a pull request, dispatched on topic',
      dispatch('topic'),
      { pullRequest: 3 },
      problem('Start the workflow on `main`'),
    ],
    [
      'a pull request, dispatched on a tag',
      run('workflow_dispatch', 'refs/tags/main'),
      { pullRequest: 3 },
      problem(ONLY),
    ],
    [
      'a pull request, pushed to main',
      run('push', 'refs/heads/main'),
      { pullRequest: 3 },
      problem('a `push` run on `main`'),
    ],
    [
      'a pull request, pushed to main, in a workflow that only tests',
      run('push', 'refs/heads/main'),
      { pullRequest: 3, mode: 'pull' },
      { kind: 'pull-request', number: 3, refused: expect.stringContaining(ONLY) },
    ],
    ['its own branch', dispatch('release'), { branch: 'release' }, EVENT],
    [
      'another branch',
      dispatch('main'),
      { branch: 'release' },
      {
        kind: 'branch',
        branch: 'release',
        refused: expect.stringContaining('Only a run on `release` may push to it'),
      },
    ],
    [
      'another branch, to push',
      dispatch('main'),
      { branch: 'release', mode: 'push' },
      problem('Only a run on `release`'),
    ],
    ['a branch on a pull request', onPull, { branch: 'main', mode: 'push' }, problem('Only a run on `main`')],
    [
      'a branch whose name looks like main',
      dispatch('main'),
      { branch: 'm\u0430in', mode: 'push' },
      problem('m[U+0430]in'),
    ],
  ])('%s', (_, of, given, expected) => {
    expect(named(of, given)).toMatchObject(expected);
  });

  it('lets only dispatched and scheduled runs of the default branch push to another pull request', () => {
    const runs = fc.record({
      event: fc.constantFrom(
        'workflow_dispatch',
        'schedule',
        'push',
        'issue_comment',
        'release',
        'workflow_run',
      ),
      ref: fc.constantFrom(
        'refs/heads/main',
        'refs/heads/topic',
        'refs/tags/main',
        'refs/pull/3/merge',
        'main',
      ),
      mode: fc.constantFrom<Mode>('auto', 'push'),
    });
    fc.assert(
      fc.property(runs, ({ event, ref, mode }) => {
        const found = named(run(event, ref), { pullRequest: 7, mode });
        const isAllowed = ['workflow_dispatch', 'schedule'].includes(event) && ref === 'refs/heads/main';
        expect('problem' in found).toBe(!isAllowed);
      }),
    );
  });

  it('never lets a run push to a branch other than its own', () => {
    const name = fc.constantFrom('main', 'topic', 'release/1', 'pull/3');
    fc.assert(
      fc.property(
        name,
        name,
        fc.constantFrom('workflow_dispatch', 'schedule', 'push'),
        (own, branch, event) => {
          const found = named(run(event, `refs/heads/${own}`), { branch });
          expect(found).toMatchObject(
            own === branch ? EVENT : { refused: expect.stringContaining('may push to it') },
          );
        },
      ),
    );
  });
});
