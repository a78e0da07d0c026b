import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeGroupEvent, pullRequestEvent, pushEvent } from './support/github-events.js';
import { type ActionWorld, CHAT, record, startActionWorld, textOf } from './support/runner-world.js';

let world: ActionWorld;
beforeEach(async () => {
  world = await startActionWorld();
});
afterEach(() => world.end());

describe('on a push to a branch', () => {
  it.each(['merge', 'squash', 'rebase'] as const)(
    'promotes what was merged (%s) before it pulls',
    async (method) => {
      const { state } = world.github;
      const pull = world.openPullRequest();
      await using onPull = world.job(pullRequestEvent(state, pull.number));
      await onPull.main();
      record(onPull, { [CHAT]: '"from the pull request"' });
      await onPull.post();
      world.registry.asked.length = 0;

      const before = state.tip('main');
      const merged = state.merge(pull.number, method);
      await using job = world.job(pushEvent(state, 'main', before));
      const main = await job.main();
      expect(main).toMatchObject({ exitCode: 0, stderr: '' });
      expect(world.operations()).toEqual(['Promote', 'PullPlan']);
      expect(world.registry.asked[0]?.variables.input).toMatchObject({
        pullRequest: 3,
        branch: 'main',
        commit: merged,
      });
      expect(textOf(job, CHAT)).toBe('"from the pull request"');
      expect((await job.post())?.exitCode).toBe(0);
      expect(
        world.registry.asked.find(({ operation }) => operation === 'Push')?.variables.input,
      ).toMatchObject({
        ref: { branch: 'main' },
        commit: merged,
      });
    },
  );

  it('promotes several in the order of their merges, and none that was merged elsewhere', async () => {
    const { state } = world.github;
    const [first, second] = [world.openPullRequest(), world.openPullRequest()];
    state.commitTo('release');
    const elsewhere = state.openPullRequest({ head: state.commit([state.tip('release')]), base: 'release' });
    const before = state.tip('main');
    state.merge(second.number);
    state.merge(elsewhere.number);
    state.branches.set('main', state.commit([state.tip('main'), state.tip('release')]));
    state.merge(first.number, 'squash');
    await using job = world.job(pushEvent(state, 'main', before));
    await job.main();
    const promoted = world.registry.asked.filter(({ operation }) => operation === 'Promote');
    expect(promoted.map(({ variables }) => variables.input.pullRequest)).toEqual([
      second.number,
      first.number,
    ]);
  });

  it('fails loudly when GitHub does not tell what was merged', async () => {
    const before = world.github.state.tip('main');
    world.github.state.commitTo('main');
    world.github.forbidden.add('repos/list-pull-requests-associated-with-commit');
    await using job = world.job(pushEvent(world.github.state, 'main', before));
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toEqual([
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('`permissions: pull-requests: read`'),
      }),
    ]);
    expect(await job.post()).toBeNull();
  });

  it.each([
    ['NotFound', 'auto', 0],
    ['Forbidden', 'pull', 0],
    ['Forbidden', 'auto', 1],
  ])('when promotion answers %s, mode %s ends with %i', async (answer, mode, exitCode) => {
    const { state } = world.github;
    const before = state.tip('main');
    state.merge(world.openPullRequest().number);
    world.registry.before = (operation) =>
      operation === 'Promote' ? { promote: { __typename: answer, message: `It is ${answer}.` } } : undefined;
    await using job = world.job(pushEvent(state, 'main', before), { mode });
    const main = await job.main();
    expect(main.exitCode).toBe(exitCode);
    expect(world.operations().includes('PullPlan')).toBe(exitCode === 0);
  });

  it('has nothing to do when the branch was deleted', async () => {
    const event = pushEvent(world.github.state, 'main', world.github.state.tip('main'));
    await using job = world.job({ ...event, payload: { ...event.payload, deleted: true } });
    expect(await job.main()).toMatchObject({ exitCode: 0, outputs: {} });
    expect((await job.post())?.exitCode).toBe(0);
    expect(world.operations()).toEqual([]);
  });
});

describe('in the merge queue', () => {
  it('sees what the pull request recorded, and does not push', async () => {
    const pull = world.openPullRequest();
    await using onPull = world.job(pullRequestEvent(world.github.state, pull.number));
    await onPull.main();
    record(onPull, { [CHAT]: '"queued"' });
    await onPull.post();
    world.registry.asked.length = 0;

    await using job = world.job(mergeGroupEvent(world.github.state, pull.number));
    expect((await job.main()).exitCode).toBe(0);
    expect(textOf(job, CHAT)).toBe('"queued"');
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(post?.summary).toContain('the merge queue tests what its pull requests have recorded already');
    expect(world.operations()).toEqual(['PullPlan']);
  });
});
