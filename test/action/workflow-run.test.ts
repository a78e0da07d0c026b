import { describe, expect, inject, it } from 'vitest';
import { fork, useForkWorld } from '../support/action-test.js';
import { ARTIFACT, startForkWorld } from '../support/fork-world.js';
import { pullRequestEvent, workflowRunEvent } from '../support/github-events.js';
import { claimsOf, startOidcIssuer } from '../support/oidc-issuer.js';
import { startRegistry } from '../support/registry.js';
import { called, said } from '../support/runner-recordings.js';
import { HELLO, record, WEATHER } from '../support/runner-world.js';

// The second workflow of pull requests from forks, which pushes what the first workflow stored.

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const NEW = said('test_goodbye', 'Until next time.');
const OTHER = called('test_other_job', 'York');
const PULL = { pullRequest: 3 };

useForkWorld();

describe('a workflow on workflow_run', () => {
  it('without a registry token reports why nothing is pushed', async () => {
    const run = fork.world.github.state.addRun(fork.pull);
    fork.forge(run, { recordings: NEW });
    const pushed = await fork.pushRun(run, { token: '' });
    expect(pushed.annotations).toEqual([expect.objectContaining({ level: 'warning' })]);
    expect(pushed.summary).toContain('Nothing was pushed');
  });

  it('reports that it needs actions: read', async () => {
    const { world } = fork;
    const run = world.github.state.addRun(fork.pull);
    fork.forge(run, { recordings: NEW });
    for (const operation of [
      'actions/get-workflow-run',
      'actions/list-workflow-run-artifacts',
      'actions/download-artifact',
    ]) {
      world.github.forbidden.clear();
      world.github.forbidden.add(operation);
      const pushed = await fork.pushRun(run);
      expect(pushed.exitCode).toBe(1);
      expect(pushed.annotations[0]?.message).toContain('`permissions: actions: read`');
    }
  });

  it('with mode: auto pulls, and reports that pushing needs mode: push', async () => {
    const { world } = fork;
    const run = world.github.state.addRun(fork.pull);
    await using job = world.job(workflowRunEvent(world.github.state, run));
    expect((await job.main()).outputs['pulled']).toBe('2');
    expect((await job.post())?.stdout).toContain(
      'With `mode: push` it pushes the recordings of a pull request from a fork',
    );
  });

  it('ignores artifacts that are not from this action', async () => {
    const { world } = fork;
    const run = world.github.state.addRun(fork.pull);
    fork.artifacts.store(run.id, 'coverage', Buffer.from('no zip at all'));
    fork.forge(run, { recordings: NEW });
    expect((await fork.pushRun(run)).exitCode).toBe(0);
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
    expect(fork.artifacts.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  it('reports that an artifact has expired', async () => {
    const run = fork.world.github.state.addRun(fork.pull);
    fork.forge(run, { recordings: NEW }).expired = true;
    const pushed = await fork.pushRun(run);
    expect(pushed.exitCode).toBe(1);
    expect(pushed.annotations[0]?.message).toContain(`${ARTIFACT} of run ${run.id} has expired`);
  });
});

describe('with OIDC instead of tokens', () => {
  it('a fork passes both workflows, and the second can write only to pull requests of forks', async () => {
    await using issuer = await startOidcIssuer();
    await using trusting = await startRegistry({
      postgresUrl: inject('postgresUrl'),
      environment: { FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url, FIXTURE_REGISTRY_OIDC_ALLOW: 'octo-org' },
    });
    await using forks = await startForkWorld(trusting);
    const { world, pull } = forks;
    const { state } = world.github;
    /** The OIDC claims of a job on the default branch. */
    const identity = (event: string) =>
      issuer.runnerEnvironment(claimsOf({ repository: world.repository, repositoryId: state.own.id, event }));

    const run = state.addRun(pull);
    await using job = forks.forkJob(run);
    expect((await job.main()).outputs).toMatchObject({ pulled: '2' });
    record(job, NEW);
    await job.post();
    await using second = world.job(
      workflowRunEvent(state, run),
      { token: '', mode: 'push' },
      undefined,
      identity('workflow_run'),
    );
    expect(await second.main()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
    expect(world.comments(3)).toEqual([expect.stringContaining('come from the fork `somebody/fork`')]);

    // A pull request of a branch of this repository: the registry refuses, whatever the action sends.
    const own = world.openPullRequest();
    await using ownJob = world.job(pullRequestEvent(state, own.number));
    await ownJob.main();
    record(ownJob, OTHER);
    await ownJob.post();
    const before = await world.version({ pullRequest: own.number });
    expect(before).toBeGreaterThan(0);
    const disguised = state.addRun(Object.assign(own, { headRepository: state.fork, fork: true }));
    forks.forge(disguised, { recordings: REWORDED });
    await using refused = world.job(
      workflowRunEvent(state, disguised),
      { token: '', mode: 'push' },
      undefined,
      identity('workflow_run'),
    );
    const result = await refused.main();
    expect(result.exitCode).toBe(1);
    const said = result.annotations.filter(({ level }) => level === 'error');
    expect(said).toEqual([
      expect.objectContaining({ message: expect.stringContaining('is not from a fork') }),
    ]);
    expect(await world.version({ pullRequest: own.number })).toBe(before);
  });
});
