import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { branchEvent, pullRequestEvent } from './support/github-events.js';
import { type ActionWorld, CHAT, record, startActionWorld } from './support/runner-world.js';

let world: ActionWorld;
beforeEach(async () => {
  world = await startActionWorld();
});
afterEach(() => world.end());

describe('modes and conditions', () => {
  it('mode: push pushes in main with all outputs, and post has nothing left', async () => {
    const pull = world.openPullRequest();
    const event = pullRequestEvent(world.github.state, pull.number);
    await using pulling = world.job(event, { mode: 'pull' });
    await pulling.main();
    expect(await pulling.post()).toMatchObject({ exitCode: 0, outputs: {} });
    record(pulling, { [CHAT]: '"other"', 'tests/recordings/new.json': '"new"' });

    await using pushing = world.job(event, { mode: 'push' }, pulling.workspace);
    const main = await pushing.main();
    expect(main.outputs).toEqual({
      added: '1',
      changed: '1',
      rekeyed: '0',
      removed: '0',
      'drift-level': 'behaviour',
      'comment-url': 'https://github.com/octo-org/octo-tests/pull/3#issuecomment-1001',
      'report-url': `${world.registry.url}/report/pull/3@1`,
    });
    await pushing.post();
    expect(world.operations().filter((operation) => operation === 'Push')).toHaveLength(2);
  });

  it('a schedule on a branch reports what it changes against what it pulled', async () => {
    await using job = world.job(branchEvent(world.github.state, 'schedule', 'main'));
    await job.main();
    record(job, { [CHAT]: '"drifted on its own"' });
    const post = await job.post();
    expect(post?.outputs).toMatchObject({ changed: '1', 'drift-level': 'behaviour', 'comment-url': '' });
    expect(post?.summary).toContain(`- ${CHAT}`);
    expect(world.operations()).not.toContain('Promote');
  });

  it('after failed tests pushes only with push-on: always', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using usual = world.job(event);
    expect((await usual.main()).env).toEqual({});
    expect(await usual.post(false)).toBeNull();
    await using always = world.job(event, { 'push-on': 'always' });
    expect((await always.main()).env).toEqual({ FIXTURES_PUSH_ON: 'always' });
    record(always, { [CHAT]: '"failed"' });
    expect((await always.post(false))?.exitCode).toBe(0);
    expect(world.registry.filesOf('pull/3')[CHAT]).toBe('"failed"');
  });

  it('passes the selection on', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    const inputs = {
      mode: 'pull',
      tests: 'tests/a.py::*\n',
      models: 'gpt-4o\nllama',
      paths: 'tests/recordings/*.json',
    };
    await using job = world.job(event, inputs);
    await job.main();
    expect(world.registry.asked[0]?.variables).toMatchObject({
      selection: {
        tests: ['tests/a.py::*'],
        models: ['gpt-4o', 'llama'],
        paths: ['tests/recordings/*.json'],
      },
    });
  });
});

describe('when something is wrong', () => {
  it.each([
    ['an input', { mode: 'pulll' }, '`mode` is `pulll`: it must be one of `auto`, `pull`, `push`'],
    ['the token', { token: 'frt_wrong' }, 'token'],
  ])('with %s, main fails with one clear message', async (_, inputs, message) => {
    await using job = world.job(pullRequestEvent(world.github.state, world.openPullRequest().number), inputs);
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 1, stderr: '' });
    expect(main.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining(message) }),
    ]);
    expect(main.stdout).not.toMatch(/\n\s+at /);
  });

  it('with the registry, fails or warns as the workflow says', async () => {
    world.registry.broken = 500;
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using failing = world.job(event);
    expect((await failing.main()).exitCode).toBe(1);
    await using warning = world.job(event, { 'on-registry-error': 'warn' });
    const main = await warning.main();
    expect(main.exitCode).toBe(0);
    expect(main.annotations).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('registry') }),
    ]);
    expect(main.summary).toContain('registry');
    expect(await warning.post()).toMatchObject({ exitCode: 0 });
  });

  it('in a new repository pulls nothing, and the post step pushes the first recordings', async () => {
    const { state } = world.github;
    state.branches.set('trunk', state.tip('main'));
    await using job = world.job(branchEvent(state, 'workflow_dispatch', 'trunk'));
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { snapshot: '', pulled: '0' } });
    expect(main.annotations).toEqual([expect.objectContaining({ level: 'notice' })]);
    record(job, { [CHAT]: '"first"' });
    expect((await job.post())?.exitCode).toBe(0);
    expect(world.registry.filesOf('trunk')).toEqual({ [CHAT]: '"first"' });
  });

  it('never shows a token, except to have it masked', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    const main = await job.main();
    record(job, { [CHAT]: '"other"' });
    const post = await job.post();
    expect(main.masks).toEqual([world.registry.token, world.github.token]);
    for (const step of [main, post]) {
      const shown = `${step?.stdout.replaceAll(/^::add-mask::.*$/gm, '')}${step?.stderr}${step?.summary}`;
      expect(shown).not.toContain(world.registry.token);
      expect(shown).not.toContain(world.github.token);
    }
  });
});
