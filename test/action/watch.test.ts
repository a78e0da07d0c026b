import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issuer, useOidcActionWorld, world } from '../support/action-test.js';
import { type ChangingProvider, startProvider } from '../support/changing-provider.js';
import { branchEvent, type JobEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import type { Issue } from '../support/github-state.js';
import { claimsOf } from '../support/oidc-issuer.js';
import type { Job, StepResult } from '../support/runner.js';
import { called, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, WEATHER } from '../support/runner-world.js';

const MARKER = '<!-- fixture-registry:watch -->';
const BRANCH = 'fixtures/watch';
const IN_YORK = called('test_weather', 'York');
const AS_RECORDED = { test_hello: { text: 'Hello, how may I help?' }, test_weather: { city: 'Leeds' } };

let worlds = 0;
let runs = 100;
let provider: ChangingProvider;

useOidcActionWorld();
beforeEach(async () => {
  worlds++;
  provider = await startProvider({ ...AS_RECORDED });
});
afterEach(() => provider[Symbol.asyncDispose]());

/** A job with the permissions of docs/watch.md; its claims follow from its event. */
function signedJob(
  event: JobEvent,
  inputs: Record<string, string>,
  { run = ++runs, matrix = { index: 0, total: 1 } } = {},
): Job {
  const claims = {
    ...claimsOf({
      ...{ repository: world.repository, repositoryId: 16_000 + worlds, event: event.name, ref: event.ref },
      baseRef: event.name === 'pull_request' ? 'main' : '',
    }),
    run_id: String(run),
    sha: event.sha,
  };
  const environment = { ...issuer.runnerEnvironment(claims), GITHUB_RUN_ID: String(run) };
  return world.job(event, { token: '', ...inputs }, undefined, environment, { matrix });
}

const scheduled = () => branchEvent(world.github.state, 'schedule', 'main');
const issues = (): Issue[] => world.github.state.issues;
const requestsOf = (operation: string) =>
  world.github.requests.filter((request) => request.operation === operation).length;
const shown = (step: StepResult | null) => step?.annotations.filter(({ level }) => level !== 'debug') ?? [];

/** One run of the watch: pull, record, report. */
async function watch(inputs: Record<string, string> = {}, testsPass = true): Promise<StepResult> {
  await using job = signedJob(scheduled(), { mode: 'watch', ...inputs });
  expect(await job.main()).toMatchObject({ exitCode: 0, stderr: '' });
  await provider.recordTests(job);
  const post = await job.post(testsPass);
  if (post === null) throw new Error('the post step was skipped');
  expect(post.stderr).toBe('');
  return post;
}

describe('mode: watch', () => {
  it('reports drift in one issue, accepts it through a pull request, and closes the issue', async () => {
    const { state } = world.github;
    const quiet = await watch();
    expect(quiet.exitCode).toBe(0);
    expect(shown(quiet)).toEqual([]);
    expect(quiet.summary).toContain('No test behaves differently');
    expect(quiet.summary).toContain('2 recorded · 0 changed · 0 removed');
    const digest = [
      '#### The recordings this week',
      'No recording is older than 90 days.',
      'Unused recordings are not known: no run of the last 30 days reported all that it read.',
      'No merged behaviour change in the last 8 weeks.',
    ];
    expect(quiet.summary).toContain(digest.join('\n\n'));
    expect(issues()).toEqual([]);
    expect(state.branches.has(BRANCH)).toBe(false);

    // The tests fail with the new behaviour, which is reported all the same.
    provider.behaviour['test_weather'] = { city: 'York' };
    const drifted = await watch({}, false);
    expect(drifted.exitCode).toBe(0);
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    const [issue, ...more] = issues();
    expect(more).toEqual([]);
    expect(issue).toMatchObject({
      state: 'open',
      title: expect.stringContaining('1 test behaves differently'),
    });
    expect(issue?.body.startsWith(MARKER)).toBe(true);
    expect(issue?.body).toContain('test_weather');
    const link = `https://github.com/${world.repository}/compare/main...fixtures/watch?quick_pull=1&title=`;
    for (const text of [issue?.body, drifted.summary]) expect(text).toContain(link);
    expect(drifted.summary).toContain(`[The open issue](https://github.com/${world.repository}/issues/`);
    const opened = structuredClone(issue);
    const accepts = state.find(BRANCH);
    expect(accepts).toMatchObject({
      message: 'Accept re-recorded fixtures',
      parents: [state.tip('main')],
      tree: state.find('main')?.tree,
    });

    const again = await watch({ 'fail-on': 'behaviour' }, false);
    expect(again.exitCode).toBe(1);
    expect(again.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('`fail-on: behaviour`') }),
    );
    expect(issues()).toEqual([opened]);
    expect(requestsOf('issues/update')).toBe(0);
    expect(state.tip(BRANCH)).not.toBe(accepts?.sha);

    const pull = state.openPullRequest({ head: state.tip(BRANCH), branch: BRANCH });
    await using ordinary = signedJob(pullRequestEvent(state, pull.number), {});
    const pulled = await ordinary.main();
    expect(shown(pulled)).toEqual([]);
    expect(pulled.stdout).toContain('0 added, 1 changed, 0 removed');
    expect(onDisk(ordinary, IN_YORK)).toEqual(IN_YORK);
    expect(await ordinary.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings({ pullRequest: pull.number })).toEqual({ ...HELLO, ...IN_YORK });
    expect(world.comments(pull.number)).toEqual([expect.stringContaining('`city: "York"` instead of')]);

    // A watch while the pull request is open leaves its branch alone.
    const head = state.tip(BRANCH);
    const waiting = await watch();
    expect(waiting.summary).toMatch(
      new RegExp(`Pull request \\[#${pull.number}\\]\\(\\S+\\) from \`fixtures/watch\` is open`),
    );
    expect(state.tip(BRANCH)).toBe(head);

    const before = state.tip('main');
    state.merge(pull.number);
    state.branches.delete(BRANCH);
    await using merged = signedJob(pushEvent(state, 'main', before), { mode: 'pull' });
    expect((await merged.main()).stdout).toContain(`Promoted pull request #${pull.number} to main`);
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...IN_YORK });

    const gone = await watch();
    expect(gone.summary).toContain('No test behaves differently');
    expect(gone.summary).toMatch(/Merged behaviour changes by week: \d{4}-\d\d-\d\d: 1\n/);
    expect(issues()).toEqual([expect.objectContaining({ state: 'closed', reason: 'completed' })]);
    expect(world.comments(issue?.number ?? 0)).toEqual([expect.stringContaining('The drift is gone')]);

    provider.behaviour['test_weather'] = { city: 'Leeds' };
    await watch();
    expect(issues()).toEqual([expect.objectContaining({ state: 'open', reason: 'reopened' })]);
    expect(state.branches.has(BRANCH)).toBe(true);
  });

  it('tells unstable recordings from drifted ones in the repeats of a matrix', async () => {
    const run = ++runs;
    const inputs = { mode: 'watch', 'watch-repeats': '2' };
    const posts: (StepResult | null)[] = [];
    for (const [index, city] of ['York', 'Hull'].entries()) {
      provider.behaviour = { test_hello: { text: 'Hello, how may I help?' }, test_weather: { city } };
      await using job = signedJob(scheduled(), inputs, { run, matrix: { index, total: 2 } });
      await job.main();
      await provider.recordTests(job);
      posts.push(await job.post());
    }
    const [first, second] = posts;
    expect(first?.stdout).toContain('repeat 1 of 2 stored');
    expect(first?.summary).toContain('### Watch: repeat 1 of 2 stored');
    expect(first?.summary).not.toContain('unstable');
    expect(second?.summary).toContain('1 recording is unstable');
    expect(second?.summary).toContain('test_weather');
    expect(second?.summary).not.toContain('**Accept:**');
    expect([issues(), world.github.state.branches.has(BRANCH)]).toEqual([[], false]);
  });

  it('names the missing permissions, and shows another way to accept', async () => {
    for (const operation of ['issues/create', 'git/create-commit']) world.github.forbidden.add(operation);
    provider.behaviour['test_weather'] = { city: 'York' };
    const post = await watch();
    expect(shown(post)).toEqual([
      expect.objectContaining({
        level: 'notice',
        message: expect.stringContaining('`permissions: issues: write`'),
      }),
    ]);
    expect(post.summary).toContain('`permissions: contents: write`');
    expect(post.summary).toContain('gh workflow run WORKFLOW -f pull-request=NUMBER');
    expect(post.summary).toContain('1 test behaves differently');
    expect([issues(), world.github.state.branches.has(BRANCH)]).toEqual([[], false]);
  });

  it('finds its issue among many, and leaves those of people and pull requests alone', async () => {
    const { state } = world.github;
    const copied = state.addIssue('A copy', `${MARKER}\n<!-- state: none -->\n`, 'octocat');
    world.openPullRequest();
    for (let index = 0; index < 105; index++) state.addIssue(`Another ${index}`, 'by the same bot');
    provider.behaviour['test_weather'] = { city: 'York' };
    await watch();
    const own = issues().filter(({ body, user }) => body.startsWith(MARKER) && user.login !== 'octocat');
    expect(own).toHaveLength(1);
    for (let index = 0; index < 105; index++) state.addIssue(`Later ${index}`, 'by the same bot');
    provider.behaviour['test_weather'] = { city: 'Leeds' };
    await watch();
    expect(own[0]?.state).toBe('closed');
    expect(copied).toMatchObject({ title: 'A copy', state: 'open' });
  });

  it('notices a test run that recorded nothing', async () => {
    await using job = signedJob(scheduled(), { mode: 'watch' });
    await job.main();
    const post = await job.post();
    expect(post?.exitCode).toBe(1);
    expect(shown(post)).toEqual([
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('The tests recorded nothing'),
      }),
    ]);
  });

  it('fails before the tests when the matrix does not fit', async () => {
    await using job = signedJob(scheduled(), { mode: 'watch', 'watch-repeats': '3' });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(shown(main)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('matrix: { repeat: [1, 2, 3] }') }),
    ]);
  });

  it('only pulls on other events, and says why', async () => {
    const { state } = world.github;
    await using job = signedJob(pushEvent(state, 'main', state.tip('main')), { mode: 'watch' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(main.summary).toContain('and this is a `push` run on `main`');
    await provider.recordTests(job);
    expect((await job.post())?.stdout).toContain('Nothing to push');
    expect(await world.version(MAIN)).toBe(1);
  });
});

describe('a pull request from the branch fixtures/watch', () => {
  it('runs as usual when its head belongs to no watch', async () => {
    const { state } = world.github;
    const pull = state.openPullRequest({ head: state.commitTo(BRANCH), branch: BRANCH });
    await using job = signedJob(pullRequestEvent(state, pull.number), { mode: 'pull' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(main.stdout).toContain(`No recordings of a watch are copied to pull request #${pull.number}`);
    expect(onDisk(job, said('test_hello', 'Hello, how may I help?'))).toEqual(HELLO);
  });
});
