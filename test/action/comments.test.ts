import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { raceToComment } from '../support/github-comment-race.js';
import { pullRequestEvent } from '../support/github-events.js';
import { pushFiles } from '../support/push-files.js';
import { called, IN_WORDS, said, testId } from '../support/runner-recordings.js';
import { HELLO, MAIN, MARKER, record } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');

useActionWorld();

describe('the comment on a pull request', () => {
  it('is updated when drift disappears, and not created without drift', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    await job.post();
    expect(world.comments(3)).toEqual([]);
    record(job, REWORDED);
    await job.post();
    expect(world.comments(3)).toEqual([expect.stringContaining(`### 🟡 ${IN_WORDS.reworded()}`)]);
    record(job, HELLO);
    await job.post();
    expect(world.comments(3)).toEqual([expect.stringMatching(/^<!-- .* -->\n### ✅ No fixture drift/)]);
  });

  it('comes with a verdict, and the title and author of the pull request, for the lists of the registry', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event);
    await job.main();
    record(job, REWORDED);
    await job.post();
    const { pull_request } = event.payload as { pull_request: { title: string; user: { login: string } } };
    const { title, user } = pull_request;
    const { verdict, ...about } = await world.about(3);
    expect(about).toEqual({ title, author: user.login });
    expect(world.comments(3)[0]).toContain(verdict?.headline ?? 'no verdict');
  });

  it('is written according to the input comment', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using never = world.job(event, { comment: 'never' });
    await never.main();
    record(never, REWORDED);
    expect((await never.post())?.summary).toContain(`### 🟡 ${IN_WORDS.reworded()}`);
    expect(world.comments(3)).toEqual([]);
    await using always = world.job(event, { comment: 'always' });
    await always.main();
    record(always, HELLO);
    await always.post();
    expect(world.comments(3)).toEqual([expect.stringContaining('### ✅ No fixture drift')]);
  });

  it('counts the listed tests without recordings, as the job summary does', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { 'tests-file': 'tests.txt' });
    const tests = ['test_hello', 'test_hello[other]', 'test_new', 'test_newer'].map(testId);
    writeFileSync(join(job.workspace, 'tests.txt'), `${tests.join('\n')}\n`);
    await job.main();
    record(job, REWORDED);
    const line = '\n\n2 new tests have no recordings, and 1 other test has none.';
    expect((await job.post())?.summary).toContain(line);
    expect(world.comments(3)).toEqual([expect.stringContaining(line)]);
  });

  it('is cut to the limit of GitHub, while the job summary contains the long report', async () => {
    const letter = (number: number) => String.fromCharCode(97 + (number % 26));
    // Every second word is the same before and after, so that the answer says the same in other words.
    const long = (tone: string, test: number) =>
      Array.from(
        { length: 120 },
        (_, word) => `${word % 2 === 0 ? 'plain' : tone}${letter(word * 7 + test)}`,
      ).join(' ');
    const tests = Array.from({ length: 150 }, (_, test) => test);
    const before = Object.assign({}, ...tests.map((test) => said(`test_long_${test}`, long('calm', test))));
    const after = Object.assign({}, ...tests.map((test) => said(`test_long_${test}`, long('stern', test))));
    const commit = world.github.state.tip('main');
    await pushFiles(registry, { repository: world.repository, ref: MAIN, add: before, commit });
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, after);
    const { summary } = (await job.post()) ?? { summary: '' };
    const [comment = ''] = world.comments(pull.number);
    const texts = (text: string) => text.split('```diff').length - 1;
    expect(comment).toContain(`### 🟡 ${IN_WORDS.reworded(150)}`);
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expect(texts(summary)).toBeGreaterThan(texts(comment));
    expect(summary).toContain(`### 🟡 ${IN_WORDS.reworded(150)}`);
  });

  it('is found on the second page, and other comments are unchanged', async () => {
    const pull = world.openPullRequest();
    for (let index = 0; index < 120; index++)
      world.github.state.addComment(pull.number, `> ${MARKER} ${index}`);
    world.github.state.addComment(pull.number, `${MARKER}\nold`);
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, REWORDED);
    await job.post();
    expect(world.comments(3)).toHaveLength(121);
    expect(world.comments(3).at(-1)).toContain(`### 🟡 ${IN_WORDS.reworded()}`);
  });

  it('is never a comment of another user: those are neither edited nor deleted', async () => {
    const pull = world.openPullRequest();
    const { state } = world.github;
    const older = state.addComment(pull.number, `${MARKER}\nfirst!`, 'mallory');
    await using job = world.job(pullRequestEvent(state, pull.number));
    await job.main();
    record(job, REWORDED);
    await job.post();
    const newer = state.addComment(pull.number, `${MARKER}\nI copied the report's source. Why?`, 'alice');
    record(job, called('test_weather', 'York'));
    await job.post();
    expect(state.commentsOf(pull.number)).toEqual([
      { ...older, body: `${MARKER}\nfirst!` },
      expect.objectContaining({ user: { login: 'github-actions[bot]' } }),
      { ...newer, body: `${MARKER}\nI copied the report's source. Why?` },
    ]);
    expect(world.comments(pull.number)[1]).toMatch(IN_WORDS.called);
  });

  it('of an earlier identity of the token is left alone', async () => {
    const pull = world.openPullRequest();
    const { state } = world.github;
    const before = state.addComment(pull.number, `${MARKER}\n### 🔴 Of the former app`, 'fixtures-app[bot]');
    for (const recording of [REWORDED, called('test_weather', 'York')]) {
      await using job = world.job(pullRequestEvent(state, pull.number));
      await job.main();
      record(job, recording);
      await job.post();
    }
    const [first, own, ...more] = state.commentsOf(pull.number);
    expect(first).toEqual({ ...before, body: `${MARKER}\n### 🔴 Of the former app` });
    expect(own?.body).toMatch(IN_WORDS.called);
    expect(more).toEqual([]);
  });

  it('is still created once when GitHub does not return the author', async () => {
    const pull = world.openPullRequest();
    world.github.forbidden.add('graphql/viewer');
    const theirs = world.github.state.addComment(pull.number, `${MARKER}\nfirst!`, 'mallory');
    for (const recording of [REWORDED, called('test_weather', 'York')]) {
      await using job = world.job(pullRequestEvent(world.github.state, pull.number));
      await job.main();
      record(job, recording);
      await job.post();
    }
    const comments = world.github.state.commentsOf(pull.number);
    expect(comments).toHaveLength(2);
    expect(comments[0]).toEqual(theirs);
    expect(comments[1]?.body).toMatch(IN_WORDS.called);
  });

  it('is not written into a locked conversation, which is reported', async () => {
    const pull = world.openPullRequest();
    world.github.before = ({ operation }) =>
      operation === 'issues/create-comment'
        ? { status: 403, body: { message: 'Unable to create comment because issue is locked.' } }
        : undefined;
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, REWORDED);
    const post = await job.post();
    const warnings = post?.annotations.filter(({ level }) => level === 'warning').map((a) => a.message);
    expect(warnings).toEqual([expect.stringContaining('The conversation of pull request #3 is locked')]);
    expect(warnings?.join()).not.toContain('permissions');
    expect(post?.summary).toContain(`### 🟡 ${IN_WORDS.reworded()}`);
  });

  it('is a single complete one when two jobs comment at once', async () => {
    const pull = world.openPullRequest();
    const event = pullRequestEvent(world.github.state, pull.number);
    await using one = world.job(event);
    await using two = world.job(event);
    await one.main();
    await two.main();
    record(one, REWORDED);
    record(two, called('test_weather', 'York'));
    await raceToComment(world.github, [() => one.post(), () => two.post()]);
    const created = world.github.requests.filter(({ operation }) => operation === 'issues/create-comment');
    expect(created).toHaveLength(2);
    const { markdown } = await world.report(3);
    expect(markdown).toMatch(new RegExp(`^### 🔴 ${IN_WORDS.called.source}; ${IN_WORDS.reworded()}`));
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}`]);
  });

  it('is complete even when a slow job writes a report from before another job pushed', async () => {
    const pull = world.openPullRequest();
    const event = pullRequestEvent(world.github.state, pull.number);
    await using slow = world.job(event);
    await using quick = world.job(event);
    await slow.main();
    await quick.main();
    record(slow, REWORDED);
    record(quick, called('test_weather', 'York'));
    // The slow job has fetched its report and is held before it comments.
    let goOn = () => {};
    const held = new Promise<void>((isHeld) => {
      world.github.before = async ({ operation }) => {
        if (operation !== 'issues/list-comments') return undefined;
        world.github.before = () => undefined;
        isHeld();
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return undefined;
      };
    });
    const slowPost = slow.post();
    await Promise.race([held, slowPost]);
    await quick.post();
    const { markdown } = await world.report(3);
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}`]);
    goOn();
    expect(await slowPost).toMatchObject({ exitCode: 0 });
    expect(markdown).toMatch(new RegExp(`^### 🔴 ${IN_WORDS.called.source}; ${IN_WORDS.reworded()}`));
    expect(world.comments(3)).toEqual([`${MARKER}\n${markdown}`]);
    const updates = world.github.requests.filter(({ operation }) => operation === 'issues/update-comment');
    expect(updates).toHaveLength(2);
  });

  it('is not written without the permission, which is a warning and does not fail the job', async () => {
    const pull = world.openPullRequest();
    world.github.forbidden.add('issues/create-comment');
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    record(job, REWORDED);
    const post = await job.post();
    expect(post?.exitCode).toBe(0);
    expect(post?.annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('`permissions: pull-requests: write`'),
      }),
    );
    expect(post?.summary).toContain('pull-requests: write');
    expect(post?.summary).toContain(`### 🟡 ${IN_WORDS.reworded()}`);
    expect(await world.recordings({ pullRequest: 3 })).toMatchObject(REWORDED);
  });
});
