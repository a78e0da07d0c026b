import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WriteRule } from '../identity/identity.js';
import type { WorkflowClaims } from './workflow-claims.js';
import { describeRun, provenDefaultBranch, writeRuleOf } from './write-rule.js';

const run = (event: string, ref: string, baseRef: string | null = null): WorkflowClaims => ({
  repository: 'acme/desk',
  repositoryId: 1,
  owner: 'acme',
  ownerId: 65,
  ref,
  event,
  baseRef,
  actor: 'octocat',
  runId: '5',
  runAttempt: '1',
  workflowRef: `acme/desk/.github/workflows/tests.yml@${ref}`,
  sha: 'f'.repeat(40),
});

const branch = (name: string): WriteRule => ({ kind: 'branch', branch: name, commit: 'f'.repeat(40) });
const pull = (number: number, base: string): WriteRule => ({ kind: 'pull-request', number, base });
const forks: WriteRule = { kind: 'fork-pull-requests' };
/** It may only read, and is told why in these words. */
const nothing = (words: string) => ({ kind: 'nothing', reason: expect.stringContaining(words) });

describe('what a run may write', () => {
  it.each([
    [run('push', 'refs/heads/main'), branch('main')],
    [run('push', 'refs/heads/feature/a'), branch('feature/a')],
    [run('push', 'refs/heads/refs/pull/7/merge'), branch('refs/pull/7/merge')],
    [run('schedule', 'refs/heads/main'), { ...branch('main'), forPullRequests: 'schedule' }],
    [
      run('workflow_dispatch', 'refs/heads/main'),
      { ...branch('main'), forPullRequests: 'workflow_dispatch' },
    ],
    [run('workflow_dispatch', 'refs/heads/topic'), branch('topic')],
    [run('push', 'refs/tags/v1'), nothing('refs/tags/v1 is not a branch')],
    [run('push', 'refs/tags/main'), nothing('is not a branch')],
    [run('workflow_dispatch', 'refs/tags/v1'), nothing('is not a branch')],
    [run('push', 'main'), nothing('is not a branch')],
    [run('push', 'refs/heads/'), nothing('is not a branch')],
    [run('pull_request', 'refs/pull/7/merge', 'main'), pull(7, 'main')],
    [run('pull_request', 'refs/pull/123456789/merge', 'release/1'), pull(123_456_789, 'release/1')],
    [run('pull_request', 'refs/pull/7/head', 'main'), nothing('is not the merge ref of a pull request')],
    [run('pull_request', 'refs/pull/7/merge'), nothing('is not the merge ref of a pull request')],
    [run('pull_request', 'refs/pull/0/merge', 'main'), nothing('is not the merge ref of a pull request')],
    [run('pull_request', 'refs/pull/7/merge/8', 'main'), nothing('is not the merge ref of a pull request')],
    [run('pull_request', 'refs/pull/7/merge\n', 'main'), nothing('is not the merge ref of a pull request')],
    [
      run('pull_request', 'refs/heads/refs/pull/7/merge', 'main'),
      nothing('is not the merge ref of a pull request'),
    ],
    [run('pull_request', 'refs/heads/main', 'main'), nothing('is not the merge ref of a pull request')],
    [run('pull_request_target', 'refs/heads/main', 'main'), nothing('anyone can trigger it')],
    [run('pull_request_target', 'refs/pull/7/merge', 'main'), nothing('use pull_request')],
    [run('merge_group', 'refs/heads/gh-readonly-queue/main/pr-7-abc'), nothing('only read')],
    [run('workflow_run', 'refs/heads/main'), forks],
    [run('workflow_run', 'refs/heads/topic'), nothing('which is main according to this registry')],
    [run('workflow_run', 'refs/tags/main'), nothing('only on the default branch')],
    [run('workflow_run', 'refs/pull/7/merge'), nothing('only on the default branch')],
    ...[
      ...['issue_comment', 'issues', 'release', 'create', 'delete', 'deployment', 'deployment_status'],
      ...['repository_dispatch', 'pull_request_review', 'check_run', 'status', 'fork', 'watch', 'Push', ''],
    ].map((event) => [run(event, 'refs/heads/main', 'main'), nothing('only read')] as const),
  ] as const)('%j', (claims, expected) => {
    expect(writeRuleOf(claims, 'main')).toEqual(expected);
  });
});

describe('a run that may write to open pull requests', () => {
  const dispatch = run('workflow_dispatch', 'refs/heads/main');
  it.each([
    ['is dispatched on the default branch', dispatch, 'main', true],
    ['is scheduled', run('schedule', 'refs/heads/main'), 'main', true],
    ['follows a rename of the default branch', run('workflow_dispatch', 'refs/heads/trunk'), 'trunk', true],
    ['is not dispatched on another branch', run('workflow_dispatch', 'refs/heads/topic'), 'main', false],
    ['compares branch names exactly', run('workflow_dispatch', 'refs/heads/Main'), 'main', false],
    ['is not dispatched on a tag of this name', run('workflow_dispatch', 'refs/tags/main'), 'main', false],
    ['is not a push', run('push', 'refs/heads/main'), 'main', false],
    ['is not a workflow_run', run('workflow_run', 'refs/heads/main'), 'main', false],
    ['has a workflow file', { ...dispatch, workflowRef: null }, 'main', false],
    [
      'has the workflow file of the default branch',
      { ...dispatch, workflowRef: 'acme/desk/.github/workflows/tests.yml@refs/heads/topic' },
      'main',
      false,
    ],
    [
      'has a workflow file of its repository',
      { ...dispatch, workflowRef: 'mallory/desk/.github/workflows/tests.yml@refs/heads/main' },
      'main',
      false,
    ],
  ] as const)('%s', (_, claims, defaultBranch, expected) => {
    const rule = writeRuleOf(claims, defaultBranch);
    expect(rule.kind === 'branch' && rule.forPullRequests !== undefined).toBe(expected);
  });

  it('is never any other one', () => {
    const events = ['workflow_dispatch', 'schedule', 'push', 'pull_request', 'pull_request_target', 'issues'];
    const refs = ['refs/heads/main', 'refs/heads/topic', 'refs/tags/main', 'refs/pull/7/merge', 'main'];
    const claims = fc.record({
      event: fc.constantFrom(...events),
      ref: fc.constantFrom(...refs),
      workflowRef: fc.option(
        fc.tuple(fc.constantFrom('acme/desk', 'acme/desk2', 'mallory/desk'), fc.constantFrom(...refs)),
      ),
      defaultBranch: fc.constantFrom('main', 'topic', 'trunk'),
    });
    fc.assert(
      fc.property(claims, ({ event, ref, workflowRef, defaultBranch }) => {
        const file = workflowRef && `${workflowRef[0]}/.github/workflows/a.yml@${workflowRef[1]}`;
        const rule = writeRuleOf({ ...run(event, ref, 'main'), workflowRef: file }, defaultBranch);
        const isAllowed =
          (event === 'workflow_dispatch' || event === 'schedule') &&
          ref === `refs/heads/${defaultBranch}` &&
          workflowRef?.[0] === 'acme/desk' &&
          workflowRef[1] === ref;
        expect(rule.kind === 'branch' && rule.forPullRequests !== undefined).toBe(isAllowed);
        if (isAllowed) expect(rule).toMatchObject({ branch: defaultBranch });
      }),
      { numRuns: 1_000 },
    );
  });
});

it('only what GitHub starts on the default branch alone proves which one it is', () => {
  expect(provenDefaultBranch(run('schedule', 'refs/heads/trunk'))).toBe('trunk');
  expect(provenDefaultBranch(run('workflow_run', 'refs/heads/trunk'))).toBe('trunk');
  for (const event of ['push', 'workflow_dispatch', 'pull_request', 'pull_request_target', 'issues']) {
    expect(provenDefaultBranch(run(event, 'refs/heads/trunk'))).toBeNull();
  }
});

it('a run is called by its event and what it runs on', () => {
  expect(describeRun(run('pull_request', 'refs/pull/7/merge', 'main'))).toBe('pull_request #7');
  expect(describeRun(run('push', 'refs/heads/main'))).toBe('push main');
  expect(describeRun(run('push', 'refs/tags/v1'))).toBe('push refs/tags/v1');
});
