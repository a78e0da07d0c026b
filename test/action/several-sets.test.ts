import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { raceToComment } from '../support/github-comment-race.js';
import { type JobEvent, pullRequestEvent } from '../support/github-events.js';
import { pushFiles } from '../support/push-files.js';
import type { Job } from '../support/runner.js';
import { called, IN_WORDS, type Recorded, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, MARKER, onDisk, record, WEATHER } from '../support/runner-world.js';

// One repository with two sets of recordings: a job has the action as two steps with different `paths`. The
// steps share the checkout; GitHub runs their post steps in reverse order.

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const PULL = { pullRequest: 3 };
const OTHER = 'services/search/recordings';

/** The same recording in the second set. */
const inOther = (recorded: Recorded): Recorded =>
  Object.fromEntries(
    Object.entries(recorded).map(([name, text]) => [`${OTHER}/${path.basename(name)}`, text]),
  );

useActionWorld();

/** The two steps of one job. */
async function twoSets(event: JobEvent, inputs: Record<string, string> = {}): Promise<[Job, Job]> {
  const one = world.job(event, { paths: 'tests/**/*.json', ...inputs });
  const two = world.job(event, { paths: `${OTHER}/*.json`, ...inputs }, one.workspace);
  expect(await one.main()).toMatchObject({ exitCode: 0, annotations: [] });
  expect(await two.main()).toMatchObject({ exitCode: 0, annotations: [] });
  return [one, two];
}

async function openWithTwoSets() {
  const add = inOther(called('test_search', 'Leeds'));
  const commit = world.github.state.tip('main');
  await pushFiles(registry, { repository: world.repository, ref: MAIN, add, commit });
  return { event: pullRequestEvent(world.github.state, world.openPullRequest().number), add };
}

describe('two steps with different paths', () => {
  it('pull and push their own set, and the pull request has one comment on both', async () => {
    const { event, add } = await openWithTwoSets();
    const [one, two] = await twoSets(event);
    await using _ = one;
    expect(onDisk(one, { ...HELLO, ...WEATHER, ...add })).toEqual({ ...HELLO, ...WEATHER, ...add });
    const changed = inOther(called('test_search', 'York'));
    record(one, REWORDED, changed);
    expect(await two.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...changed });
    const [first = ''] = world.comments(3);
    expect(first).toMatch(IN_WORDS.called);
    expect(first).not.toContain(IN_WORDS.reworded());

    expect(await one.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...REWORDED, ...WEATHER, ...changed });
    const { markdown } = await world.report(3);
    expect(markdown).toMatch(IN_WORDS.called);
    expect(markdown).toContain(IN_WORDS.reworded());
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}`]);
  });

  it('in two jobs that comment at once leave one comment on both', async () => {
    const { event } = await openWithTwoSets();
    await using one = world.job(event, { paths: 'tests/**/*.json' });
    await using two = world.job(event, { paths: `${OTHER}/*.json` });
    await one.main();
    await two.main();
    record(one, REWORDED);
    record(two, inOther(called('test_search', 'York')));
    await raceToComment(world.github, [() => one.post(), () => two.post()]);
    const { markdown } = await world.report(3);
    expect(markdown).toMatch(IN_WORDS.called);
    expect(markdown).toContain(IN_WORDS.reworded());
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}`]);
  });

  it('prune only their own set', async () => {
    const { event, add } = await openWithTwoSets();
    const [one, two] = await twoSets(event, { prune: 'force' });
    await using _ = one;
    for (const name of Object.keys(add)) rmSync(path.join(one.workspace, name));
    record(one, REWORDED);
    expect(await one.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...REWORDED, ...WEATHER, ...add });
    expect(await two.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...REWORDED, ...WEATHER });
  });

  it('share push-on: always, of which the other step warns', async () => {
    const { event } = await openWithTwoSets();
    await using one = world.job(event, { 'push-on': 'always' });
    const { env } = await one.main();
    await using two = world.job(event, { paths: `${OTHER}/*.json` }, one.workspace, env);
    expect((await two.main()).annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('It applies to the whole job'),
      }),
    ]);
    await using same = world.job(event, { 'push-on': 'always' }, one.workspace, env);
    expect((await same.main()).annotations).toEqual([]);
  });
});
