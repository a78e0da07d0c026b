import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { auditOf } from '../support/audit-log.js';
import { type Claims, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { ownerAndName } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import {
  AUDIENCE,
  EVERYTHING,
  recording,
  workflowEnvironment,
  workflowRuns,
} from '../support/workflow-runs.js';

// A run of the default branch records for pull request #7. Mallory can push branches, open pull requests from
// forks, and dispatch workflows on branches of her own.

const PATH = 'tests/recordings/a.json';
const FILES = { [PATH]: recording('recorded with API keys') };
const SEVEN = { pullRequest: 7, base: 'main' };
const HEAD = 'a'.repeat(40);

describe.each(['embedded', 'postgres'] as const)('runs of the default branch, %s', (database) => {
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  let numbers = 0;
  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: workflowEnvironment(issuer),
    });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  /** A repository with recordings on `main`, and on `evil` with settings that allow everything. */
  async function makeRuns() {
    const runs = workflowRuns(issuer, registry, ++numbers);
    const { push, run, onBranch, repository } = runs;
    await push(onBranch('main'), { branch: 'main' }, { [PATH]: recording('good') });
    await push(onBranch('evil'), { branch: 'evil' }, {}, { settings: EVERYTHING });
    const dispatched = (branch: string, more: Claims = {}) =>
      run('workflow_dispatch', `refs/heads/${branch}`, { run_id: '900', ...more });
    const scheduled = (more: Claims = {}) => run('schedule', 'refs/heads/main', { run_id: '900', ...more });
    /** The newest snapshot of pull request #7, and what its report says about it. */
    const seven = async () => {
      type Seven = { snapshot: { commit: string; recordedBy: { description: string; url: null } | null } };
      type Answer = { repository: { pullRequest: Seven | null; drift: { markdown: string; text: string } } };
      const answer = await registry.ask<Answer>(
        `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
          pullRequest(number: 7) { snapshot { commit recordedBy { description url } } }
          drift(pullRequest: 7) { markdown text } } }`,
        ownerAndName(repository),
      );
      return answer.repository;
    };
    return { ...runs, dispatched, scheduled, seven };
  }

  const forbidden = (words: string) => ({ __typename: 'Forbidden', message: expect.stringContaining(words) });

  it.each([
    ['dispatched', 'a dispatched run on main'],
    ['scheduled', 'a scheduled run on main'],
  ] as const)('a %s run writes to an open pull request, marked with its run', async (kind, what) => {
    const { push, dispatched, scheduled, seven, repository, onPull, mutate, onBranch, files } =
      await makeRuns();
    const claims = kind === 'dispatched' ? dispatched('main') : scheduled();
    expect(await push(claims, SEVEN, FILES, { commit: HEAD })).toMatchObject({
      ...{ __typename: 'Push', warnings: [], changed: 1, snapshot: { commit: HEAD } },
    });
    const { pullRequest, drift } = await seven();
    expect(pullRequest?.snapshot).toEqual({ commit: HEAD, recordedBy: { description: what, url: null } });
    expect(drift.markdown).toContain(`Recorded by ${what.replace('main', '`main`')}.`);
    expect(drift.text).toContain(`recorded by ${what}\n`);
    const authorization = `Bearer ${registry.adminToken}`;
    const page = await fetch(`${registry.url}/${repository}/pull/7`, { headers: { authorization } });
    expect((await page.text()).replaceAll(/<[^>]+>/g, '')).toContain(`Recorded by ${what}.`);
    const [event] = (await auditOf(registry, repository, { action: 'PUSH' })).slice(-1);
    expect(event).toMatchObject({ target: 'refs/pull/7', outcome: 'DONE' });
    expect(event?.detail).toMatch(new RegExp(`^recorded by ${what}: version 1: `));

    // It belongs to the commit that it was recorded for, so it is promoted with it.
    const promote = { pullRequest: 7, branch: 'main', head: HEAD, mergedAt: new Date().toISOString() };
    expect(await mutate(onBranch('main'), 'promote', promote, '... on Promotion { promoted }')).toMatchObject(
      {
        promoted: true,
      },
    );
    expect(await files({ branch: 'main' })).toEqual(FILES);
    // A run on the pull request has no mark.
    const eight = { pullRequest: 8, base: 'main' };
    await push(onPull(8, 'main'), eight, { [PATH]: recording('own') });
    const answer = await registry.ask<{ repository: { snapshot: { recordedBy: object | null } } }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        snapshot(at: { pullRequest: 8 }) { recordedBy { description } } } }`,
      ownerAndName(repository),
    );
    expect(answer.repository.snapshot.recordedBy).toBeNull();
  });

  it.each<[string, (event: string, ref: string, more?: Claims) => Claims]>([
    ['dispatched on a feature branch', (_, __, more) => claim('workflow_dispatch', 'refs/heads/evil', more)],
    ['dispatched on a tag that is called main', () => claim('workflow_dispatch', 'refs/tags/main')],
    ['of a push to the default branch', () => claim('push', 'refs/heads/main')],
    ['of an event that anybody can trigger', () => claim('issue_comment', 'refs/heads/main')],
    ['of pull_request_target', () => claim('pull_request_target', 'refs/heads/main')],
    [
      'dispatched on main with the workflow file of a feature branch',
      () => claim('workflow_dispatch', 'refs/heads/main', { workflow_ref: ofFile('evil') }),
    ],
    [
      'that hides its workflow file',
      () => claim('workflow_dispatch', 'refs/heads/main', { workflow_ref: undefined }),
    ],
    ['of another pull request', () => claim('pull_request', 'refs/pull/8/merge', { base_ref: 'main' })],
  ])('a run %s does not write to pull request #7', async (_, claims) => {
    const { push, run, files, repository } = await makeRuns();
    const { event_name: event, ref, ...more } = claims('', '');
    const { workflow_ref, ...rest } = more;
    const named = typeof workflow_ref === 'string' ? `${repository}/${workflow_ref}` : workflow_ref;
    const own = run(String(event), String(ref), {
      ...rest,
      ...('workflow_ref' in more && { workflow_ref: named }),
    });
    expect(await push(own, SEVEN, FILES)).toMatchObject({ __typename: 'Forbidden' });
    expect(await files(SEVEN)).toEqual({ [PATH]: recording('good') });
  });

  it.each(['workflow_dispatch', 'schedule'])(
    'a run of a fork or of another repository (%s) writes nothing',
    async (event) => {
      const { push, run, files, repository } = await makeRuns();
      const theirs = (name: string) =>
        run(event, 'refs/heads/main', {
          ...{
            repository: name,
            repository_id: String(7000 + numbers),
            repository_owner: name.split('/')[0],
          },
          workflow_ref: `${name}/.github/workflows/tests.yml@refs/heads/main`,
          run_id: '900',
        });
      // The owner of the fork may not use the registry; the other repository may, but it is another one.
      const response = await fetch(`${registry.url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await issuer.token(theirs('mallory/desk'), AUDIENCE)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      expect([response.status, await response.text()]).toEqual([
        401,
        expect.stringContaining('workflows of mallory/desk may not use this registry'),
      ]);
      expect(await push(theirs(`acme/fork-${numbers}`), SEVEN, FILES)).toMatchObject({
        __typename: expect.stringMatching(/NotFound|Forbidden/),
      });
      expect(await files(SEVEN)).toEqual({ [PATH]: recording('good') });
      expect(repository).toMatch(/^acme\/desk-/);
    },
  );

  it('a run on the default branch writes to no other branch, and accepts no drift', async () => {
    const { push, dispatched, scheduled, mutate, onPull } = await makeRuns();
    await push(onPull(7, 'main'), SEVEN, FILES);
    for (const claims of [dispatched('main'), scheduled()]) {
      expect(await push(claims, { branch: 'release' }, FILES)).toEqual(forbidden('not to branch release'));
      expect(await push(claims, { branch: 'pull/7' }, FILES)).toEqual(forbidden('not to branch pull/7'));
      const accepted = await mutate(claims, 'acceptDrift', { pullRequest: 7, means: 'LABEL', by: 'octocat' });
      expect(accepted).toEqual(forbidden('not to pull request #7'));
    }
  });

  it('a closed pull request stays closed, also for later runs of the default branch and their re-runs', async () => {
    const { push, dispatched, onPull, mutate, files, scheduled } = await makeRuns();
    const own = { [PATH]: recording('own') };
    await push(onPull(7, 'main', { run_id: '100' }), SEVEN, own);
    await mutate(onPull(7, 'main', { run_id: '200' }), 'closePullRequest', { pullRequest: 7 });
    for (const run_attempt of ['1', '2']) {
      for (const claims of [dispatched('main', { run_attempt }), scheduled({ run_attempt })]) {
        expect(await push(claims, SEVEN, FILES)).toEqual(forbidden('pull request #7 was closed'));
      }
    }
    expect(await files(SEVEN)).toEqual(own);
    // Its own run proves that it was reopened.
    await push(onPull(7, 'main', { run_id: '1000' }), SEVEN, {});
    expect(await push(dispatched('main'), SEVEN, FILES)).toMatchObject({ __typename: 'Push' });

    // It may report the closing, whatever the base; a run of the reopened pull request pushes again.
    const eight = (run_id: string) =>
      push(onPull(8, 'evil', { run_id }), { pullRequest: 8, base: 'evil' }, own);
    await eight('100');
    const close = (claims: Claims) =>
      mutate(claims, 'closePullRequest', { pullRequest: 8 }, '... on ClosedPullRequest { changed }');
    expect(await close(dispatched('evil', { ref: 'refs/heads/topic' }))).toEqual(
      forbidden('may only write to'),
    );
    expect(await close(scheduled())).toMatchObject({ changed: true });
    expect(await eight('100')).toEqual(forbidden('pull request #8 was closed'));
    expect(await eight('1000')).toMatchObject({ __typename: 'Push' });
  });

  it('a merged pull request gets nothing more from a run of the default branch or its re-run', async () => {
    const { push, dispatched, onPull, onBranch, mutate, files } = await makeRuns();
    const own = { [PATH]: recording('own') };
    await push(onPull(7, 'main'), SEVEN, own, { commit: HEAD });
    await mutate(onBranch('main'), 'promote', { pullRequest: 7, branch: 'main' });
    for (const run_attempt of ['1', '2']) {
      expect(await push(dispatched('main', { run_attempt }), SEVEN, FILES)).toEqual(
        forbidden('writes only to open pull requests'),
      );
    }
    expect(await files(SEVEN)).toEqual(own);
  });

  it('a run of the default branch cannot choose the base or the baseline that judge a pull request', async () => {
    const { push, dispatched, onPull, onBranch, report } = await makeRuns();
    const evil = { pullRequest: 7, base: 'evil' };
    // Nobody has proven its base yet: it is the default branch.
    expect(await push(dispatched('main'), evil, FILES)).toEqual(
      forbidden('is main according to this registry'),
    );
    expect(await push(dispatched('main'), { pullRequest: 7 }, FILES)).toMatchObject({ __typename: 'Push' });
    expect(await report(7)).toMatchObject({ level: 'CONTENT', baseline: { branch: 'main' } });
    expect(await push(dispatched('main'), evil, FILES)).toEqual(
      forbidden('is main according to this registry'),
    );
    // The claims of its own run prove another base.
    await push(onPull(7, 'evil'), evil, {});
    expect(await push(dispatched('main'), SEVEN, FILES)).toEqual(
      forbidden('is evil according to this registry'),
    );
    expect(await push(dispatched('main'), { pullRequest: 7 }, FILES)).toMatchObject({ __typename: 'Push' });
    const ofMain = 'b'.repeat(40);
    await push(onBranch('main', { sha: ofMain }), { branch: 'main' }, { 'tests/recordings/b.json': '1' });
    expect(await push(dispatched('main'), evil, FILES, { baseline: ofMain })).toMatchObject({
      ...{ __typename: 'InvalidInput', message: expect.stringContaining('not a state of branch evil') },
    });
  });

  it('a dispatched run does not make its branch the default branch', async () => {
    const { push, dispatched, scheduled, files } = await makeRuns();
    const named = { defaultBranch: 'evil', setDefaultBranch: true };
    expect(await push(dispatched('evil'), { branch: 'evil' }, FILES, named)).toMatchObject({
      __typename: 'Forbidden',
    });
    expect(
      await push(dispatched('evil'), { branch: 'evil' }, FILES, { defaultBranch: 'evil' }),
    ).toMatchObject({
      __typename: 'Push',
    });
    expect(await push(dispatched('evil'), SEVEN, FILES)).toEqual(forbidden('not to pull request #7'));
    expect(await files(SEVEN)).toEqual({ [PATH]: recording('good') });
    // After a rename, the old name is any branch.
    const renamed = { ref: 'refs/heads/trunk', workflow_ref: '' };
    await push(scheduled(renamed), { branch: 'trunk' }, {});
    expect(await push(dispatched('main'), { pullRequest: 7 }, FILES)).toEqual(
      forbidden('not to pull request #7'),
    );
    expect(await push(dispatched('trunk'), { pullRequest: 7 }, FILES)).toMatchObject({ __typename: 'Push' });
  });
});

/** The claims of a run that differ from those of a push; a workflow file without its repository. */
const claim = (event_name: string, ref: string, more: Claims = {}): Claims => ({ event_name, ref, ...more });
const ofFile = (branch: string) => `.github/workflows/tests.yml@refs/heads/${branch}`;
