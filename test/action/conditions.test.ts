import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { branchEvent, pullRequestEvent } from '../support/github-events.js';
import { called, IN_WORDS, pathOf, refused, said, testId } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, record, startActionWorld, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const NEW = said('test_goodbye', 'Until next time.');

useActionWorld();

describe('modes and conditions', () => {
  it('mode: push pushes in main with all outputs, and post does nothing', async () => {
    const pull = world.openPullRequest();
    const event = pullRequestEvent(world.github.state, pull.number);
    await using pulling = world.job(event, { mode: 'pull' });
    await pulling.main();
    record(pulling, called('test_weather', 'York'), NEW);
    expect(await pulling.post()).toMatchObject({ exitCode: 0, outputs: {} });
    expect(await world.version({ pullRequest: 3 })).toBe(0);

    await using pushing = world.job(event, { mode: 'push' }, pulling.workspace);
    const main = await pushing.main();
    const { url } = await world.report(3);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    expect(main.outputs).toEqual({
      added: '1',
      changed: '1',
      rekeyed: '0',
      removed: '0',
      'drift-level': 'behaviour',
      'comment-url': `https://github.com/${world.repository}/pull/3#issuecomment-1001`,
      'report-url': url,
      errors: '0',
      unused: '',
    });
    record(pushing, REWORDED);
    expect((await pushing.post())?.stdout).toContain('Nothing to push');
    expect(await world.version({ pullRequest: 3 })).toBe(1);
  });

  it('a schedule on a branch reports its changes against the pulled snapshot', async () => {
    await using job = world.job(branchEvent(world.github.state, 'schedule', 'main'));
    await job.main();
    record(job, REWORDED);
    const post = await job.post();
    expect(post?.outputs).toMatchObject({ changed: '1', 'drift-level': 'content', 'comment-url': '' });
    expect(post?.summary).toContain(`### 🟡 ${IN_WORDS.reworded()}`);
    expect(await world.recordings(MAIN)).toEqual({ ...REWORDED, ...WEATHER });
  });

  it('a new recording that is an error fails the job, and is counted', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { 'fail-on': 'behaviour' });
    await job.main();
    record(job, refused('test_goodbye', 'no such field: city'));
    expect(await job.post()).toMatchObject({
      exitCode: 1,
      outputs: { added: '1', 'drift-level': 'behaviour', errors: '1' },
    });
  });

  it('after failed tests pushes only with push-on: always', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using usual = world.job(event);
    expect((await usual.main()).env).toEqual({});
    expect(await usual.post(false)).toBeNull();
    await using always = world.job(event, { 'push-on': 'always' });
    expect((await always.main()).env).toEqual({ FIXTURES_PUSH_ON: 'always' });
    record(always, REWORDED);
    expect((await always.post(false))?.exitCode).toBe(0);
    expect(await world.recordings({ pullRequest: 3 })).toEqual({ ...REWORDED, ...WEATHER });
  });

  it.each([
    ['a pattern of tests', { tests: testId('test_hel*') }, HELLO],
    ['models', { models: 'gpt-4o-mini\nnobody' }, { ...HELLO, ...WEATHER }],
    ['a model that nobody asked', { models: 'nobody' }, {}],
    ['a path', { paths: pathOf(WEATHER) }, WEATHER],
  ])('pulls only the recordings selected with %s', async (_, inputs, chosen) => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { mode: 'pull', ...inputs });
    const { outputs } = await job.main();
    expect(outputs['pulled']).toBe(String(Object.keys(chosen).length));
    const none = Object.fromEntries(Object.keys({ ...HELLO, ...WEATHER }).map((path) => [path, null]));
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...none, ...chosen });
  });
});

describe('errors', () => {
  it.each([
    ['an input', { mode: 'pulll' }, '`mode` is `pulll`: it must be one of `auto`, `pull`, `push`'],
    ['the token', { token: 'frt_wrong' }, 'token'],
  ])('main fails with one message for %s', async (_, inputs, message) => {
    await using job = world.job(pullRequestEvent(world.github.state, world.openPullRequest().number), inputs);
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 1, stderr: '' });
    expect(main.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining(message) }),
    ]);
    expect(main.stdout).not.toMatch(/\n\s+at /);
  });

  it('with a read token, post names the scope that it needs', async () => {
    const token = await world.makeToken('READ');
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { token });
    expect((await job.main()).outputs).toMatchObject({ pulled: '2' });
    record(job, REWORDED);
    const post = await job.post();
    expect(post?.exitCode).toBe(1);
    expect(post?.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('scope write') }),
    ]);
    expect(await world.version({ pullRequest: 3 })).toBe(0);
  });

  it.each([
    ['that has nothing but a token', 'with a token'],
    ['that the registry has never heard of', 'not at all'],
  ] as const)('in a repository %s pulls nothing, and post pushes the first recordings', async (_, begun) => {
    await using fresh = await startActionWorld(registry, begun);
    const { state } = fresh.github;
    state.branches.set('trunk', state.tip('main'));
    await using job = fresh.job(branchEvent(state, 'workflow_dispatch', 'trunk'));
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { pulled: '0', baseline: '' } });
    expect(main.annotations).toEqual([
      expect.objectContaining({
        level: 'notice',
        message: expect.stringContaining('no fixtures for `trunk` yet'),
      }),
    ]);
    expect(main.summary).toContain('so nothing was pulled. The first push adds them.');
    record(job, HELLO);
    expect(await job.post()).toMatchObject({ exitCode: 0, annotations: [] });
    expect(await fresh.recordings({ branch: 'trunk' })).toEqual(HELLO);
  });

  it('never prints a token, except to mask it', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    const main = await job.main();
    record(job, REWORDED);
    const post = await job.post();
    expect(main.masks).toEqual([world.token, world.github.token]);
    for (const step of [main, post]) {
      const shown = `${step?.stdout.replaceAll(/^::add-mask::.*$/gm, '')}${step?.stderr}${step?.summary}`;
      expect(shown).not.toContain(world.token);
      expect(shown).not.toContain(world.github.token);
    }
  });
});
