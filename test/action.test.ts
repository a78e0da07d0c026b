import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pullRequestEvent } from './support/github-events.js';
import { type ActionWorld, CHAT, record, startActionWorld, TOOL, textOf } from './support/runner-world.js';

const MARKER = '<!-- fixture-registry:drift -->';

let world: ActionWorld;
beforeEach(async () => {
  world = await startActionWorld();
});
afterEach(() => world.end());

describe('on a pull request', () => {
  it('pulls, pushes what the tests record, comments and summarises', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));

    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '' });
    expect(main.outputs).toEqual({ snapshot: 'main@1', baseline: 'main@1', pulled: '2', reused: '0' });
    expect(textOf(job, CHAT)).toBe('"hello"');
    expect(main.summary).toContain('2 pulled');

    record(job, { [CHAT]: '"hello!"', 'tests/recordings/new.json': '"new"' });
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, stderr: '' });
    expect(world.registry.filesOf('pull/3')).toEqual({
      [CHAT]: '"hello!"',
      [TOOL]: '"weather"',
      'tests/recordings/new.json': '"new"',
    });
    expect(world.comments(3)).toEqual([
      `${MARKER}\n### Fixture drift\n\n- ${CHAT}\n- tests/recordings/new.json`,
    ]);
    expect(post?.summary).toContain(`### Fixture drift\n\n- ${CHAT}\n- tests/recordings/new.json`);
  });

  it('belongs to the head, and is compared with what the test merge sees of the base', async () => {
    const pull = world.openPullRequest();
    const base = world.github.state.tip('main');
    world.github.state.commitTo('main');
    await using job = world.job(pullRequestEvent(world.github.state, pull.number), { baseline: 'main@1' });
    await job.main();
    await job.post();
    const push = world.registry.asked.find(({ operation }) => operation === 'Push');
    expect(push?.variables.input).toMatchObject({
      ref: { pullRequest: 3, base: 'main' },
      commit: pull.head,
      candidates: world.github.state.ancestry(base),
      baseline: 'main@1',
      defaultBranch: 'main',
      // What was pulled and has not changed is not named again.
      add: [],
    });
    const plan = world.registry.asked.find(({ operation }) => operation === 'PullPlan');
    expect(plan?.variables).toMatchObject({
      candidates: world.github.state.ancestry(base),
      baseline: 'main@1',
    });
  });

  it('updates its comment when drift goes away, and writes none where none was', async () => {
    const pull = world.openPullRequest();
    await using first = world.job(pullRequestEvent(world.github.state, pull.number));
    await first.main();
    await first.post();
    expect(world.comments(3)).toEqual([]);
    record(first, { [CHAT]: '"other"' });
    await first.post();
    expect(world.comments(3)).toEqual([expect.stringContaining(`- ${CHAT}`)]);
    record(first, { [CHAT]: '"hello"' });
    await first.post();
    expect(world.comments(3)).toEqual([expect.stringMatching(/^<!-- .* -->\n### No fixture drift/)]);
  });

  it('finds its comment on the second page, and leaves others alone', async () => {
    const pull = world.openPullRequest();
    for (let index = 0; index < 120; index++)
      world.github.state.addComment(pull.number, `> ${MARKER} ${index}`);
    world.github.state.addComment(pull.number, `${MARKER}\nold`);
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, { [CHAT]: '"other"' });
    await job.post();
    expect(world.comments(3)).toHaveLength(121);
    expect(world.comments(3).at(-1)).toContain(`- ${CHAT}`);
  });

  it('ends with one comment that tells all of it when two jobs comment at once', async () => {
    const pull = world.openPullRequest();
    const event = pullRequestEvent(world.github.state, pull.number);
    await using one = world.job(event);
    await using two = world.job(event);
    await one.main();
    await two.main();
    record(one, { [CHAT]: '"one"' });
    record(two, { [TOOL]: '"two"' });
    // Neither goes on before both have seen that there is no comment.
    let lists = 0;
    let open = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.github.before = async ({ operation }) => {
      if (operation !== 'issues/list-comments' || ++lists > 2) return undefined;
      if (lists === 2) open();
      await both;
      return { status: 200, body: [] };
    };
    await Promise.all([one.post(), two.post()]);
    expect(world.comments(3)).toEqual([`${MARKER}\n### Fixture drift\n\n- ${CHAT}\n- ${TOOL}`]);
  });

  it('says which permission is missing for the comment, and does not fail for it', async () => {
    const pull = world.openPullRequest();
    world.github.forbidden.add('issues/create-comment');
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, { [CHAT]: '"other"' });
    const post = await job.post();
    expect(post?.exitCode).toBe(0);
    expect(post?.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('`permissions: pull-requests: write`'),
      }),
    );
    expect(post?.summary).toContain('pull-requests: write');
    expect(post?.summary).toContain(`- ${CHAT}`);
    expect(world.registry.filesOf('pull/3')[CHAT]).toBe('"other"');
  });

  it('fails with the first line of the report where fail-on says so', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number), { 'fail-on': 'content' });
    await job.main();
    record(job, { [CHAT]: '"other"' });
    const post = await job.post();
    expect(post?.exitCode).toBe(1);
    expect(post?.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        message: 'Fixture drift at or above `fail-on: content`: 1 changed, 0 added',
      }),
    ]);
    expect(world.comments(3)).toHaveLength(1);
  });

  it('from a fork pulls without a token and says why it pushes nothing', async () => {
    const pull = world.openPullRequest({ fork: true });
    await using job = world.job(pullRequestEvent(world.github.state, pull.number), { token: '' });
    expect((await job.main()).outputs).toMatchObject({ pulled: '2' });
    record(job, { [CHAT]: '"other"' });
    const post = await job.post();
    expect(post?.exitCode).toBe(0);
    const why = expect.stringContaining('a pull request from a fork gets no secrets');
    expect(post?.annotations).toEqual([expect.objectContaining({ level: 'warning', message: why })]);
    expect(post?.summary).toEqual(why);
    expect(world.operations()).not.toContain('Push');
    expect(world.comments(3)).toEqual([]);
  });

  it('from a fork of a private repository warns that it sees nothing, where a forgotten token fails', async () => {
    world.registry.isPrivate = true;
    const state = world.github.state;
    const fork = world.openPullRequest({ fork: true });
    await using onFork = world.job(pullRequestEvent(state, fork.number), { token: '' });
    const main = await onFork.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { pulled: '0' } });
    expect(main.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('tried without a token'),
      }),
    ]);
    expect((await onFork.post())?.exitCode).toBe(0);

    await using forgotten = world.job(pullRequestEvent(state, world.openPullRequest().number), { token: '' });
    const failed = await forgotten.main();
    expect(failed.exitCode).toBe(1);
    expect(failed.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('give the input `token`') }),
    ]);
  });

  it('warns of recordings that the registry could not read', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, { [CHAT]: '{"cut off' });
    const post = await job.post();
    expect(post?.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: 'is not JSON',
        properties: expect.objectContaining({ file: CHAT }),
      }),
    );
    expect(post?.summary).toContain(`\`${CHAT}\`: is not JSON`);
  });
});
