import { describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { fork, registry, useForkWorld } from '../support/action-test.js';
import { startForkWorld } from '../support/fork-world.js';
import { pullRequestEvent, pushEvent } from '../support/github-events.js';
import { called, IN_WORDS, said } from '../support/runner-recordings.js';
import { forget, HELLO, MAIN, MARKER, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
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
    expect(await world.about(3)).toEqual({
      title: 'Amazing new feature',
      author: 'octocat',
      verdict: { headline: expect.stringMatching(/\w/) },
    });
    const { markdown } = await world.report(3);
    expect(markdown).toContain(`### 🟡 ${IN_WORDS.reworded()}; 1 new`);
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

  it('may be at the paths of the settings file on the base branch', async () => {
    const { world, pull } = fork;
    const settings = 'recordings:\n  - paths: ["**/recordings/**/*.json", tapes/*.yaml]\n';
    const tape = { 'tapes/a.yaml': 'a: 1' };
    const run = world.github.state.addRun(pull);
    await using job = fork.forkJob(run);
    record(job, { '.github/fixtures.yml': settings });
    await job.main();
    record(job, tape);
    await job.post();
    expect((await fork.pushRun(run)).stdout).toContain('does not match: "tapes/a.yaml"');
    world.github.state.files.set('main:.github/fixtures.yml', settings);
    expect(await fork.pushRun(run)).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...tape });
    world.github.state.files.set('main:.github/fixtures.yml', 'recordings: [tapes/]');
    expect(await fork.pushRun(run)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('line 1') });
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
