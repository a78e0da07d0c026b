import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { mergeGroupEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import type { PullRequest } from '../support/github-state.js';
import { pullFiles } from '../support/push-files.js';
import { pathOf, type Recorded, said } from '../support/runner-recordings.js';
import {
  type ActionWorld,
  HELLO,
  MAIN,
  onDisk,
  record,
  startActionWorld,
  WEATHER,
} from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
/** A URL at which nothing listens, so that every request fails. */
const NOBODY = 'http://127.0.0.1:9';

useActionWorld();

/** Runs a whole job of a pull request whose tests write these recordings. */
async function recordOn(pull: PullRequest, ...recordings: Recorded[]): Promise<void> {
  await using job = world.job(pullRequestEvent(world.github.state, pull.number));
  await job.main();
  record(job, ...recordings);
  expect(await job.post()).toMatchObject({ exitCode: 0 });
}

describe('on a push to a branch', () => {
  it.each(['merge', 'squash', 'rebase'] as const)(
    'promotes merged pull requests (%s) before it pulls',
    async (method) => {
      const { state } = world.github;
      const pull = world.openPullRequest();
      await recordOn(pull, REWORDED);

      const before = state.tip('main');
      const merged = state.merge(pull.number, method);
      await using job = world.job(pushEvent(state, 'main', before));
      const main = await job.main();
      expect(main).toMatchObject({ exitCode: 0, stderr: '' });
      expect(main.stdout).toContain(
        'Promoted pull request #3 to main: 0 added, 1 changed, 0 removed.\nFixtures of `main`: 2 pulled',
      );
      expect(onDisk(job, REWORDED)).toEqual(REWORDED);
      expect((await job.post())?.exitCode).toBe(0);
      // The merge commit has the new state of `main`; the commit before it is unchanged.
      const at = (commit: string) => pullFiles(registry, world.repository, { at: { commit } });
      expect(await at(merged)).toEqual({ ...REWORDED, ...WEATHER });
      expect(await world.recordings(MAIN)).toEqual({ ...REWORDED, ...WEATHER });
      expect(await at(pull.head)).toEqual({ ...REWORDED, ...WEATHER });

      await using again = world.job(pushEvent(state, 'main', before));
      expect((await again.main()).stdout).toContain('Pull request #3 is not promoted: ');
      expect(await world.version(MAIN)).toBe(2);
    },
  );

  it('promotes several in the order of merge, and none that was merged into another branch', async () => {
    const { state } = world.github;
    const [first, second] = [world.openPullRequest(), world.openPullRequest()];
    state.commitTo('release');
    const elsewhere = state.openPullRequest({ head: state.commit([state.tip('release')]), base: 'release' });
    const asFirst = said('test_hello', 'I was merged last.');
    await recordOn(first, asFirst);
    await recordOn(second, REWORDED, said('test_second', 'Here I am.'));
    await recordOn(elsewhere, said('test_elsewhere', 'I belong to the release.'));
    const before = state.tip('main');
    state.merge(second.number);
    state.merge(elsewhere.number);
    state.branches.set('main', state.commit([state.tip('main'), state.tip('release')]));
    state.merge(first.number, 'squash');
    await using job = world.job(pushEvent(state, 'main', before));
    const { stdout } = await job.main();
    expect(stdout.match(/^Promoted pull request #\d+/gm)).toEqual([
      `Promoted pull request #${second.number}`,
      `Promoted pull request #${first.number}`,
    ]);
    expect(await world.recordings(MAIN)).toEqual({
      ...asFirst,
      ...WEATHER,
      ...said('test_second', 'Here I am.'),
    });
  });

  it('fails when GitHub does not list the merged pull requests', async () => {
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
    expect(onDisk(job, HELLO)).toEqual({ [pathOf(HELLO)]: null });
    expect(await job.post()).toBeNull();
  });

  it('skips a forbidden promotion only with mode: pull', async () => {
    const { state } = world.github;
    const pull = world.openPullRequest();
    await recordOn(pull, REWORDED);
    const before = state.tip('main');
    state.merge(pull.number);
    const token = await world.makeToken('READ');
    const event = pushEvent(state, 'main', before);

    await using pulling = world.job(event, { mode: 'pull', token });
    const pulled = await pulling.main();
    expect(pulled).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(pulled.stdout).toContain('this job cannot promote; a job that pushes will');
    expect(onDisk(pulling, HELLO)).toEqual(HELLO);

    await using pushing = world.job(event, { token });
    const failed = await pushing.main();
    expect(failed.exitCode).toBe(1);
    expect(failed.annotations).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('scope write') }),
    ]);
    expect(await world.version(MAIN)).toBe(1);
  });

  it('skips pull requests that were merged before the repository was in the registry', async () => {
    const { state } = world.github;
    const before = state.tip('main');
    state.merge(world.openPullRequest().number);
    const event = pushEvent(state, 'main', before);
    await using known = world.job(event);
    const main = await known.main();
    expect(main).toMatchObject({ exitCode: 0, annotations: [] });
    expect(main.stdout).toContain('#3 is not promoted: pull request #3 pushed no recordings');

    // A token of another repository finds no repository of that name.
    await using other = await startActionWorld(registry, 'with a token');
    await using unknown = world.job(event, { mode: 'pull', token: other.token });
    const notFound = await unknown.main();
    expect(notFound.stdout).toMatch(/#3 is not promoted: .*does not exist, or this token cannot read it/);
    expect(notFound).toMatchObject({ exitCode: 0, outputs: { pulled: '0' } });
  });

  it('does nothing when the branch was deleted', async () => {
    const event = pushEvent(world.github.state, 'main', world.github.state.tip('main'));
    const deleted = { ...event, payload: { ...event.payload, deleted: true } };
    await using job = world.job(deleted, { 'registry-url': NOBODY });
    expect(await job.main()).toMatchObject({ exitCode: 0, outputs: {} });
    expect((await job.post())?.exitCode).toBe(0);
    expect(world.github.requests).toEqual([]);
  });
});

describe('in the merge queue', () => {
  it('pulls the recordings of the pull request, and does not push', async () => {
    const pull = world.openPullRequest();
    await recordOn(pull, REWORDED);
    const version = await world.version({ pullRequest: 3 });

    await using job = world.job(mergeGroupEvent(world.github.state, pull.number));
    expect((await job.main()).exitCode).toBe(0);
    expect(onDisk(job, { ...REWORDED, ...WEATHER })).toEqual({ ...REWORDED, ...WEATHER });
    record(job, said('test_goodbye', 'Recorded in the queue.'));
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(post?.summary).toContain(
      'the merge queue tests the recordings that its pull requests have already pushed',
    );
    expect(await world.version({ pullRequest: 3 })).toBe(version);
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
  });
});

describe('the default branch that GitHub names', () => {
  /** A push to a branch; its event contains the default branch. */
  function eventOf({ github: { state } }: ActionWorld, branch: string, defaultBranch: string) {
    const before = state.tip('main');
    state.commitTo(branch);
    const event = pushEvent(state, branch, before);
    const repository = { ...(event.payload['repository'] as object), default_branch: defaultBranch };
    return { ...event, payload: { ...event.payload, repository } };
  }

  it('is used for a repository without recordings, whichever branch is pushed first', async () => {
    await using fresh = await startActionWorld(registry, 'not at all');
    await using job = fresh.job(eventOf(fresh, 'feature', 'trunk'));
    await job.main();
    record(job, REWORDED);
    expect(await job.post()).toMatchObject({ exitCode: 0 });
    const [owner, name] = fresh.repository.split('/');
    const query = `{ repository(owner: "${owner}", name: "${name}") { defaultBranch } }`;
    expect(await registry.ask(query)).toEqual({ repository: { defaultBranch: 'trunk' } });
  });

  it('is reported with a fix when the registry has another one', async () => {
    await using job = world.job(eventOf(world, 'trunk', 'trunk'));
    await job.main();
    record(job, REWORDED);
    const post = await job.post();
    const message = expect.stringContaining('fixtures push --branch trunk --default-branch trunk');
    expect(post?.annotations).toEqual([expect.objectContaining({ level: 'warning', message })]);
    expect(post?.summary).toContain('--default-branch trunk');
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
  });
});
