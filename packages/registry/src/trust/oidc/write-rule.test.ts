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
    [run('schedule', 'refs/heads/main'), branch('main')],
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
