import { beforeEach, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent } from '../support/github-events.js';
import type { GitHubState } from '../support/github-state.js';
import type { StepResult } from '../support/runner.js';
import { IN_WORDS, type Recorded, said } from '../support/runner-recordings.js';
import { record } from '../support/runner-world.js';

const LABEL = 'fixtures-accepted';
const REWORDED = said('test_hello', 'Hello, how can I help you?');
const AGAIN = said('test_hello', 'Yes?');

let state: GitHubState;
let number = 0;
useActionWorld();
beforeEach(() => {
  state = world.github.state;
  state.permissions.set('alice', 'write');
  number = world.openPullRequest().number;
});

/** Runs the action in a job whose tests write these recordings. */
async function run(action: string, ...recorded: Recorded[]): Promise<StepResult> {
  await using job = world.job(pullRequestEvent(state, number, action), { 'fail-on': 'content' });
  await job.main();
  record(job, ...recorded);
  const post = await job.post();
  if (post === null) throw new Error('post did not run');
  return post;
}

/** Sets or removes the label, an hour after the last push. */
async function label(actor: string, event: 'labeled' | 'unlabeled' = 'labeled'): Promise<void> {
  await registry.sql`update snapshots set created_at = created_at - interval '1 hour'`;
  state.setLabel(number, LABEL, actor, new Date(), event);
}

it('fails until a reviewer sets the label; the comment then names the reviewer', async () => {
  expect(await run('synchronize', REWORDED)).toMatchObject({ exitCode: 1 });
  await label('alice');
  const accepted = await run('labeled', REWORDED);
  expect(accepted).toMatchObject({ exitCode: 0, outputs: { 'drift-level': 'content' } });
  expect(accepted.stdout).toContain('alice accepted 1 change with the label');
  const [comment, ...others] = world.comments(number);
  expect(others).toEqual([]);
  expect(comment?.split('\n')[5]).toBe('`alice` accepted the only change.');
  expect(await run('synchronize', REWORDED)).toMatchObject({ exitCode: 0 });
});

it('does not accept later changes until the label is set again', async () => {
  await run('synchronize', REWORDED);
  await label('alice');
  expect(await run('synchronize', AGAIN)).toMatchObject({ exitCode: 1 });
  expect(world.comments(number)[0]).not.toContain('` accepted ');
  await label('alice', 'unlabeled');
  await label('alice');
  expect(await run('labeled', AGAIN)).toMatchObject({ exitCode: 0 });
});

it('counts for a run that an event from before the label started', async () => {
  await run('synchronize', REWORDED);
  const old = pullRequestEvent(state, number, 'synchronize');
  await label('alice');
  await using job = world.job(old, { 'fail-on': 'content' });
  await job.main();
  record(job, REWORDED);
  expect((await job.post())?.exitCode).toBe(0);
});

it.each([
  ['was removed again', async () => [await label('alice'), await label('alice', 'unlabeled')], ''],
  ['was set by a user who can only read', () => label('mallory'), 'mallory, who set it, has no write access'],
  [
    'cannot be read',
    async () => {
      await label('alice');
      world.github.forbidden.add('issues/list-events');
    },
    'pull-requests: read',
  ],
])('has no effect when the label %s', async (_, change, warning) => {
  await run('synchronize', REWORDED);
  await change();
  const told = await run('synchronize', REWORDED);
  expect(told).toMatchObject({ exitCode: 1 });
  if (warning !== '') {
    expect(told.annotations).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining(warning) }),
    );
  }
});

it('check: true creates a check run, and reports a missing permission', async () => {
  const { head } = world.github.state.pulls.get(number) as { head: string };
  const checked = async () => {
    await using job = world.job(pullRequestEvent(state, number), { check: 'true' });
    await job.main();
    record(job, REWORDED);
    return await job.post();
  };
  await checked();
  await label('alice');
  await checked();
  expect(state.checkRuns).toEqual([
    expect.objectContaining({ name: 'Fixtures', head_sha: head, conclusion: 'neutral' }),
    expect.objectContaining({ name: 'Fixtures', head_sha: head, conclusion: 'success' }),
  ]);
  expect(state.checkRuns[1]?.output).toEqual({
    title: `✅ ${IN_WORDS.reworded()}`,
    summary: expect.stringContaining('`alice` accepted the only change.'),
  });
  world.github.forbidden.add('checks/create');
  expect(await checked()).toMatchObject({
    exitCode: 0,
    annotations: [{ level: 'warning', message: expect.stringContaining('`permissions: checks: write`') }],
  });
});

it('sends GitHub no request about labels when there is nothing to accept', async () => {
  await run('synchronize');
  expect(world.github.requests.map(({ operation }) => operation)).not.toContain('issues/list-events');
});
