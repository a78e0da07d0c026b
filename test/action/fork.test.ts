import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { fork, registry, useForkWorld } from '../support/action-test.js';
import { ARTIFACT, startForkWorld } from '../support/fork-world.js';
import { pullRequestEvent, pushEvent, workflowRunEvent } from '../support/github-events.js';
import { claimsOf, startOidcIssuer } from '../support/oidc-issuer.js';
import { startRegistry } from '../support/registry.js';
import { called, said } from '../support/runner-recordings.js';
import { forget, HELLO, MAIN, MARKER, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Good morning, how may I help?');
const NEW = said('test_goodbye', 'Until next time.');
const OTHER = called('test_other_job', 'York');
const PULL = { pullRequest: 3 };

useForkWorld();

/** The names in an artifact, read by an independent program. */
async function namesIn(zip: Buffer): Promise<string[]> {
  const names: string[] = [];
  for await (const { fileName } of (await fromBufferPromise(zip)).eachEntry()) names.push(fileName);
  return names.sort();
}

describe('a pull request from a fork', () => {
  it('passes both workflows: anonymous pull, artifact, push by the base repository, comment', async () => {
    const { world, artifacts, pull } = fork;
    const { state } = world.github;
    const run = state.addRun(pull);
    await using job = fork.forkJob(run);
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '', outputs: { pulled: '2', reused: '0' } });
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });

    record(job, REWORDED, NEW);
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.version(PULL)).toBe(0);
    expect(world.comments(3)).toEqual([]);
    const [artifact] = state.artifacts;
    expect(artifact?.name).toMatch(/^fixture-registry-recordings-test-[0-9a-f]{8}$/);
    const said = `Stored 2 recordings of pull request #3 into \`main\` as the artifact \`${artifact?.name}\``;
    expect(post?.annotations.filter(({ level }) => level !== 'debug')).toEqual([
      expect.objectContaining({ level: 'notice', message: expect.stringContaining(said) }),
    ]);
    expect(post?.summary).toContain(said);
    // Only new recordings, and no path as a name.
    expect(await namesIn(artifacts.zipOf(state.artifacts[0] as never))).toEqual([
      expect.stringMatching(/^contents\/[0-9a-f]{64}$/),
      expect.stringMatching(/^contents\/[0-9a-f]{64}$/),
      'manifest.json',
    ]);

    const pushed = await fork.pushRun(run);
    expect(pushed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...REWORDED, ...WEATHER, ...NEW });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    const { markdown } = await world.report(3);
    expect(markdown).toContain('### 1 reworded; 1 new');
    const line =
      'These recordings come from the fork `somebody/fork`. ' +
      'They belong to this pull request only, unless it is merged.';
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}\n\n${line}`]);
    expect(pushed.outputs).toMatchObject({
      added: '1',
      changed: '1',
      removed: '0',
      'drift-level': 'content',
    });
    expect(pushed.summary).toContain('1 added · 1 changed · 0 removed · 0 unchanged · 2 uploaded');
    expect(pushed.summary).toContain(line);
    expect(pushed.summary).toContain(markdown);
  });

  it('is pushed for the head commit, and compared with the base that its tests saw', async () => {
    const { world, pull } = fork;
    const { state } = world.github;
    const run = state.addRun(pull);
    await using job = fork.forkJob(run);
    await job.main();
    record(job, NEW);
    await job.post();
    await fork.pushRun(run);
    const { owner, name } = state.repository;
    const { repository } = await registry.ask<{ repository: { snapshot: { commit: string } } }>(
      `query ($owner: String!, $name: String!) {
        repository(owner: $owner, name: $name) { snapshot(at: { pullRequest: 3 }) { commit } }
      }`,
      { owner, name },
    );
    expect(repository.snapshot.commit).toBe(pull.head);
    const marked = await registry.sql`
      select refs.name from refs join repositories on repositories.id = refs.repository_id
      where refs.from_fork and repositories.name = ${name}`;
    expect(marked).toEqual([{ name: '3' }]);
    // The baseline comes from GitHub's test merge, not from the commit at which the branch was created.
    const compared = world.github.requests.filter(
      ({ operation }) => operation === 'repos/compare-commits-with-basehead',
    );
    expect(compared.at(-1)?.path).toContain(`main...${pull.testMerge}`);
  });

  it('has the artifacts of all jobs of a matrix merged in one push', async () => {
    const { world, pull } = fork;
    const run = world.github.state.addRun(pull);
    const contested = said('test_hello', 'Hello from the second job.');
    for (const recordings of [
      [REWORDED, NEW],
      [contested, OTHER],
    ]) {
      await using job = fork.forkJob(run);
      await job.main();
      record(job, ...recordings);
      expect((await job.post())?.exitCode).toBe(0);
    }
    expect(world.github.state.artifacts).toHaveLength(2);
    expect((await fork.pushRun(run)).exitCode).toBe(0);
    // If jobs record the same path, the last artifact wins.
    expect(await world.recordings(PULL)).toEqual({ ...contested, ...WEATHER, ...NEW, ...OTHER });
    expect(await world.version(PULL)).toBe(1);
    expect(world.comments(3)).toHaveLength(1);
  });

  it('stores no artifact without new recordings, and the second workflow reports that', async () => {
    const { world, pull } = fork;
    const run = world.github.state.addRun(pull);
    await using job = fork.forkJob(run);
    await job.main();
    const post = await job.post();
    expect(post?.summary).toContain('no artifact is stored');
    expect(world.github.state.artifacts).toEqual([]);
    const pushed = await fork.pushRun(run);
    expect(pushed).toMatchObject({ exitCode: 0, annotations: [] });
    expect(pushed.summary).toContain('stored no recordings');
    expect(await world.version(PULL)).toBe(0);
  });

  it('removes what its tests no longer record only when both workflows set prune', async () => {
    const { world, pull } = fork;
    const run = world.github.state.addRun(pull);
    await using job = fork.forkJob(run, { prune: 'true' });
    await job.main();
    record(job, NEW);
    forget(job, HELLO);
    await job.post();
    const keeping = await fork.pushRun(run);
    expect(keeping.stdout).toContain('Kept 1 paths that the fork no longer records');
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
    await fork.pushRun(run, { prune: 'true' });
    expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...NEW });
  });

  it('is pushed after a failed run only with push-on: always', async () => {
    const { world, pull } = fork;
    const run = world.github.state.addRun(pull, 'failure');
    await using job = fork.forkJob(run, { 'push-on': 'always' });
    await job.main();
    record(job, NEW);
    expect((await job.post(false))?.exitCode).toBe(0);
    const refused = await fork.pushRun(run);
    expect(refused).toMatchObject({ exitCode: 0 });
    expect(refused.summary).toContain('ended with `failure`');
    expect(await world.version(PULL)).toBe(0);
    await fork.pushRun(run, { 'push-on': 'always' });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
  });

  it('is promoted by the push that merges it', async () => {
    const { world, pull } = fork;
    const { state } = world.github;
    const run = state.addRun(pull);
    await using job = fork.forkJob(run);
    await job.main();
    record(job, REWORDED, NEW);
    await job.post();
    await fork.pushRun(run);
    const before = state.tip('main');
    state.merge(3, 'squash');
    await using merged = world.job(pushEvent(state, 'main', before));
    expect((await merged.main()).exitCode).toBe(0);
    expect(await world.recordings(MAIN)).toEqual({ ...REWORDED, ...WEATHER, ...NEW });
  });

  it('of a private repository fails with a fix, or warns, stores its recordings, and is pushed', async () => {
    await using hidden = await startForkWorld(registry, 'private');
    const run = hidden.world.github.state.addRun(hidden.pull);
    await using failing = hidden.forkJob(run);
    const failed = await failing.main();
    expect(failed.exitCode).toBe(1);
    const message = expect.stringMatching(/The pull was anonymous: .* make the repository public/);
    expect(failed.annotations).toEqual([expect.objectContaining({ level: 'error', message })]);

    await using warned = hidden.forkJob(run, { 'on-registry-error': 'warn' });
    const main = await warned.main();
    expect(main.exitCode).toBe(0);
    expect(main.annotations).toEqual([expect.objectContaining({ level: 'warning', message })]);
    record(warned, NEW);
    expect((await warned.post())?.summary).toContain('Stored 1 recording');
    await hidden.pushRun(run);
    expect(await hidden.world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...NEW });
  });

  it('reports that GitHub Enterprise Server does not support such artifacts', async () => {
    const { world, pull } = fork;
    const run = world.github.state.addRun(pull);
    await using job = world.job(pullRequestEvent(world.github.state, 3), { token: '' }, undefined, {
      ...fork.artifacts.environment(run.id),
      GITHUB_SERVER_URL: 'https://github.example.com',
    });
    await job.main();
    record(job, NEW);
    const post = await job.post();
    expect(post?.exitCode).toBe(1);
    expect(post?.annotations.at(-1)?.message).toContain(
      'GitHub Enterprise Server does not support the artifacts',
    );
  });
});

describe('the bundle', () => {
  const dist = new URL('../../packages/action/dist/', import.meta.url);

  /** The files that an entry point loads with its static imports. */
  function loadedWith(entry: string, seen = new Set<string>()): Set<string> {
    if (seen.has(entry)) return seen;
    seen.add(entry);
    const text = readFileSync(new URL(entry, dist), 'utf8');
    for (const [, file] of text.matchAll(/(?:^|[;}])(?:import|export)[^;'"()]*['"]\.\/([^'"]+)['"]/g)) {
      loadedWith(file ?? '', seen);
    }
    return seen;
  }

  it('loads the code for forks only in runs of forks', () => {
    const lazy = readdirSync(dist).filter((name) => /^(artifact|push-fork-run)-/.test(name));
    expect(lazy).toHaveLength(2);
    for (const entry of ['main.js', 'post.js']) {
      const loaded = [...loadedWith(entry)];
      expect(loaded.length).toBeGreaterThan(2);
      expect(loaded).not.toContain(lazy[0]);
      expect(loaded).not.toContain(lazy[1]);
    }
  });

  it('is below 3 MB in total', () => {
    const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));
    const bytes = scripts.reduce((sum, name) => sum + statSync(new URL(name, dist)).size, 0);
    expect(bytes).toBeLessThan(3_000_000);
  });
});

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
