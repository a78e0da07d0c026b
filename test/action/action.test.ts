import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent } from '../support/github-events.js';
import { planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { called, IN_WORDS, pathOf, said } from '../support/runner-recordings.js';
import { forget, HELLO, MAIN, MARKER, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const NEW = said('test_goodbye', 'Until next time.');
const PULL = { pullRequest: 3 };

useActionWorld();

describe('on a pull request', () => {
  it('pulls, pushes the recordings, comments and writes the summary', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));

    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '' });
    const { snapshot } = await planOf(registry, world.repository, { ref: MAIN });
    expect(main.outputs).toEqual({ snapshot: snapshot.id, baseline: snapshot.id, pulled: '2', reused: '0' });
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
    expect(main.summary).toContain('2 pulled');

    record(job, REWORDED, NEW);
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...REWORDED, ...WEATHER, ...NEW });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    const { markdown } = await world.report(3);
    expect(markdown).toContain(`### 🟡 ${IN_WORDS.reworded()}; 1 new`);
    expect(markdown).toContain('test_hello');
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}`]);
    expect(post?.summary).toContain('1 added · 1 changed · 0 removed · 1 unchanged · 2 uploaded');
    expect(post?.summary).toContain(markdown);
  });

  it('removes what the tests no longer record only with prune', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using keeping = world.job(event);
    await keeping.main();
    forget(keeping, HELLO);
    await keeping.post();
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER });
    await using pruning = world.job(event, { prune: 'true' });
    await pruning.main();
    forget(pruning, HELLO);
    const pruned = await pruning.post();
    expect(await world.recordings(PULL)).toEqual(WEATHER);
    expect(world.comments(3)).toEqual([expect.stringContaining('### 🟡 1 removed')]);
    expect(world.comments(3)).toEqual([expect.stringContaining('test_hello')]);
    expect(pruned?.summary).toMatch(/#### Removed by `prune` \(1\)\n\n- `tests\/.*\.json`/);
  });

  it('fails when prune would remove more than half, except with force', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    const post = async (prune: string) => {
      await using job = world.job(event, { prune });
      await job.main();
      forget(job, HELLO);
      forget(job, WEATHER);
      return await job.post();
    };
    const refused = { level: 'error', message: expect.stringContaining('2 of 2 recordings') };
    expect(await post('true')).toMatchObject({ exitCode: 1, annotations: [refused] });
    expect(await world.version(PULL)).toBe(0);
    expect(await post('force')).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({});
  });

  it('warns of a selection that matches nothing, and fails to push paths that match nothing', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { models: 'nosuch', paths: 'nosuch/**/*.json' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }, { level: 'warning' }] });
    expect(await job.post()).toMatchObject({
      exitCode: 1,
      annotations: [{ level: 'error', message: expect.stringContaining('"nosuch/**/*.json"') }],
    });
    await using pulling = world.job(event, { models: 'nosuch', mode: 'pull' });
    expect(await pulling.main()).toMatchObject({
      exitCode: 1,
      outputs: { pulled: '0' },
      annotations: [
        { level: 'warning', message: expect.stringContaining('the model "nosuch"') },
        { level: 'error', message: expect.stringContaining('the model "nosuch"') },
      ],
    });
  });

  it('pulls the base of the test merge, and pushes to the head commit', async () => {
    const { state } = world.github;
    const { repository } = world;
    const pull = world.openPullRequest();
    // The base gets a commit after the test merge was created.
    const later = state.commitTo('main');
    await pushFiles(registry, { repository, ref: MAIN, add: REWORDED, commit: later });
    await using job = world.job(pullRequestEvent(state, pull.number));
    const main = await job.main();
    expect(onDisk(job, HELLO)).toEqual(HELLO);
    expect(main.summary).toContain('`main` at version 1');
    expect(main.summary).toContain('the nearest commit of main with recordings');
    record(job, NEW);
    const post = await job.post();
    expect(post?.summary).toContain('`main` at version 1');
    expect((await world.report(3)).markdown).toContain('### ✅ 1 new');
    const own = { ...HELLO, ...WEATHER, ...NEW };
    expect(await pullFiles(registry, repository, { at: { commit: pull.head } })).toEqual(own);
    expect(await planOf(registry, repository, { at: { commit: pull.testMerge } })).toMatchObject({
      __typename: 'NotFound',
    });
  });

  it('is compared with the input baseline, which must exist', async () => {
    const { state } = world.github;
    const { repository } = world;
    const pull = world.openPullRequest();
    const later = state.commitTo('main');
    const add = { ...REWORDED, ...NEW };
    const { snapshot } = await pushFiles(registry, { repository, ref: MAIN, add, commit: later });
    for (const baseline of [snapshot.id, later]) {
      await using job = world.job(pullRequestEvent(state, pull.number), { baseline });
      const main = await job.main();
      expect(main.outputs).toMatchObject({ baseline: snapshot.id, pulled: '3' });
      expect(main.summary).toContain('was requested');
      await job.post();
      expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...REWORDED, ...NEW });
    }
    await using wrong = world.job(pullRequestEvent(state, pull.number), { baseline: 'f'.repeat(40) });
    const main = await wrong.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('f'.repeat(40)) }),
    ]);
  });

  it.each([
    ['content', REWORDED, IN_WORDS.reworded()],
    ['behaviour', called('test_weather', 'York'), 'Calls get_weather with city: '],
    ['any', NEW, '1 new'],
  ])('fails with the first line of the report with fail-on: %s', async (failOn, recording, said) => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number), { 'fail-on': failOn });
    await job.main();
    record(job, recording);
    const post = await job.post();
    expect(post?.exitCode).toBe(1);
    expect(post?.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(`Fixture drift at or above \`fail-on: ${failOn}\`: ${said}`),
      }),
    ]);
    expect(world.comments(3)).toHaveLength(1);
  });

  it('does not fail below the level of fail-on', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { 'fail-on': 'behaviour' });
    await job.main();
    record(job, REWORDED, NEW);
    expect(await job.post()).toMatchObject({ exitCode: 0, annotations: [] });
  });

  it('fails with a fix when the token is missing', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using forgotten = world.job(event, { token: '' });
    const failed = await forgotten.main();
    expect(failed.exitCode).toBe(1);
    expect(failed.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('set the input `token`') }),
    ]);
  });

  it('warns of recordings that the registry could not parse', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    const path = pathOf(HELLO);
    const cutOff = { [path]: HELLO[path]?.slice(0, -10) ?? '' };
    record(job, cutOff);
    const post = await job.post();
    const problem = expect.stringContaining('truncated: the file ends inside a string');
    expect(post?.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: problem,
        properties: expect.objectContaining({ file: path }),
      }),
    );
    expect(post?.summary).toContain(`\`${path}\`: ${post?.annotations[0]?.message}`);
    expect(await world.recordings(PULL)).toEqual({ ...cutOff, ...WEATHER });
  });
});
