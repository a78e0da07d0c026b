import { describe, expect, it } from 'vitest';
import { readWorkflowClaims } from './workflow-claims.js';

const good = {
  repository: 'acme/desk',
  repository_id: '74',
  repository_owner: 'acme',
  repository_owner_id: '65',
  ref: 'refs/heads/main',
  event_name: 'push',
  base_ref: '',
  actor: 'octocat',
  run_id: '1658821493',
  run_attempt: '2',
  workflow_ref: 'acme/desk/.github/workflows/record.yml@refs/heads/main',
  sha: 'f'.repeat(40),
};

describe("the claims of a workflow's token", () => {
  it('are read as GitHub writes them', () => {
    expect(readWorkflowClaims(good)).toEqual({
      repository: 'acme/desk',
      repositoryId: 74,
      owner: 'acme',
      ownerId: 65,
      ref: 'refs/heads/main',
      event: 'push',
      baseRef: null,
      actor: 'octocat',
      runId: '1658821493',
      runAttempt: '2',
      workflowRef: 'acme/desk/.github/workflows/record.yml@refs/heads/main',
      sha: 'f'.repeat(40),
    });
    // What GitHub does not tell of every run.
    const { actor, run_attempt, base_ref, workflow_ref, sha, ...few } = good;
    const nothing = { actor: null, runAttempt: '1', baseRef: null, workflowRef: null, sha: null };
    expect(readWorkflowClaims(few)).toMatchObject(nothing);
    expect(readWorkflowClaims({ ...good, sha: 'HEAD' })).toMatchObject({ sha: null });
  });

  it.each([
    ...['repository', 'repository_id', 'repository_owner', 'repository_owner_id'].map((name) => [
      name,
      undefined,
    ]),
    ...['ref', 'event_name', 'run_id'].map((name) => [name, undefined]),
    ...[
      'desk',
      'acme/desk/x',
      '/desk',
      'acme/',
      'acme/..',
      'acme/de sk',
      'acme/de\0sk',
      'аcme/desk',
      ['acme/desk'],
      {},
    ].map((value) => ['repository', value]),
    ...['other', 'acm', 'acme/', 'ACME/desk', ['acme'], 5].map((value) => ['repository_owner', value]),
    ...[
      true,
      [7],
      { a: 1 },
      74,
      null,
      '',
      '0',
      '-7',
      '7.5',
      '0x7',
      '7e2',
      ' 7',
      '7 ',
      '07',
      '9'.repeat(16),
      'seven',
    ].flatMap((value) => ['repository_id', 'repository_owner_id', 'run_id'].map((name) => [name, value])),
    ...[5, [], '', 'x'.repeat(501)].flatMap((value) => ['ref', 'event_name'].map((name) => [name, value])),
  ] as [string, unknown][])('are refused with %s as %j', (name, value) => {
    expect(readWorkflowClaims({ ...good, [name]: value })).toEqual({ wrong: name });
  });

  it('that are no text where text may be missing count as missing', () => {
    expect(
      readWorkflowClaims({ ...good, actor: { login: 'x' }, base_ref: 5, run_attempt: '1; drop' }),
    ).toMatchObject({
      actor: null,
      baseRef: null,
      runAttempt: '1',
    });
  });
});
