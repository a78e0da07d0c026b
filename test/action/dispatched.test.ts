import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { issuer, registry, useOidcActionWorld, world } from '../support/action-test.js';
import { auditOf } from '../support/audit-log.js';
import { branchEvent, type JobEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import { claimsOf } from '../support/oidc-issuer.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import type { Job, StepResult } from '../support/runner.js';
import { IN_WORDS, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, MARKER, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const PULL = { pullRequest: 3 };

let worlds = 0;
useOidcActionWorld();
beforeEach(() => {
  worlds++;
});

/** A job with `permissions: { id-token: write }`; its claims follow from its event. */
function signedJob(event: JobEvent, inputs: Record<string, string> = {}): Job {
  const claims = claimsOf({
    ...{ repository: world.repository, repositoryId: 12_000 + worlds, event: event.name, ref: event.ref },
    baseRef: event.name === 'pull_request' ? 'main' : '',
  });
  return world.job(event, { token: '', ...inputs }, undefined, issuer.runnerEnvironment(claims));
}

const dispatched = (branch = 'main') => branchEvent(world.github.state, 'workflow_dispatch', branch);
/** The annotations that a person sees. */
const shown = (step: StepResult | null) => step?.annotations.filter(({ level }) => level !== 'debug') ?? [];
const errors = (step: StepResult | null) =>
  step?.annotations.filter(({ level }) => level === 'error').map(({ message }) => message) ?? [];

describe('a dispatched or scheduled run of the default branch with the input pull-request', () => {
  it.each([
    ['workflow_dispatch', 'a dispatched run on `main`'],
    ['schedule', 'a scheduled run on `main`'],
  ] as const)('(%s) pulls and pushes that pull request, and comments there', async (event, what) => {
    const { state } = world.github;
    const pull = world.openPullRequest();
    await using job = signedJob(branchEvent(state, event, 'main'), { 'pull-request': '3' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '', outputs: { pulled: '2' } });
    expect(shown(main)).toEqual([]);
    expect(main.stdout).toContain('Fixtures of pull request #3 into `main`: 2 pulled');
    // Base and head come from GitHub: the candidates start at their merge base.
    expect(main.state['candidates']?.split(' ')[0]).toBe(pull.base.sha);
    record(job, REWORDED);
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown(post)).toEqual([]);

    expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...REWORDED });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
    const [comment = '', ...more] = world.comments(3);
    expect(more).toEqual([]);
    expect(comment.startsWith(`${MARKER}\n### 🟡 ${IN_WORDS.reworded()}`)).toBe(true);
    expect(comment).toContain(`\`${pull.head.slice(0, 7)}\`, pushed `);
    expect(comment).toContain(`Recorded by ${what}.`);
    expect(comment).toContain('npx @fixture-registry/cli drift --pull-request 3 --accept');
    expect(post?.summary).toContain(`Recorded by ${what}.`);
    expect((await auditOf(registry, world.repository, { action: 'PUSH' })).at(-1)).toMatchObject({
      who: `workflow ${world.repository} (${event} main)`,
      target: 'refs/pull/3',
      detail: expect.stringMatching(/^recorded by a (dispatched|scheduled) run on main: version 1: /),
    });

    // The merge promotes what the run recorded, because it belongs to the head commit.
    const before = state.tip('main');
    state.merge(3);
    await using merged = signedJob(pushEvent(state, 'main', before), { mode: 'pull' });
    expect((await merged.main()).stdout).toContain('Promoted pull request #3 to main: 0 added, 1 changed');
  });

  it('keeps to what main found, although the pull request moves on while the tests run', async () => {
    const { state } = world.github;
    const pull = world.openPullRequest();
    const { head } = pull;
    await using job = signedJob(dispatched(), { 'pull-request': '3' });
    await job.main();
    state.moveOn(pull);
    record(job, REWORDED);
    expect(await job.post()).toMatchObject({ exitCode: 0 });
    expect(await commitOf(3)).toBe(head);
    const gets = world.github.requests.filter(({ operation }) => operation === 'pulls/get');
    expect(gets).toHaveLength(1);
  });

  it('marks recordings for a pull request from a fork', async () => {
    world.openPullRequest({ fork: true });
    await using job = signedJob(dispatched(), { 'pull-request': '3' });
    await job.main();
    record(job, REWORDED);
    expect(await job.post()).toMatchObject({ exitCode: 0 });
    expect(world.comments(3)).toEqual([expect.stringContaining('come from the fork `somebody/fork`')]);
    const { repository } = await registry.ask<{ repository: { pullRequest: { fromFork: boolean } } }>(
      'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { pullRequest(number: 3) { fromFork } } }',
      ownerAndName(world.repository),
    );
    expect(repository.pullRequest.fromFork).toBe(true);
  });

  it('with mode: push sets the outputs in the step itself', async () => {
    world.openPullRequest();
    await using pulling = signedJob(dispatched(), { 'pull-request': '3', mode: 'pull' });
    await pulling.main();
    await using pushing = signedJob(dispatched(), { 'pull-request': '3', mode: 'push' });
    record(pushing, REWORDED);
    const pushed = await pushing.main();
    expect(pushed.outputs).toMatchObject({ 'drift-level': 'content', changed: '1' });
    expect(pushed.outputs['comment-url']).toContain('/pull/3#issuecomment-');
  });

  it('fails when the checkout is still at the default branch, and warns when it is at another commit', async () => {
    const { state } = world.github;
    world.openPullRequest();
    await using job = signedJob(dispatched(), { 'pull-request': '3' });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', job.workspace, ...args], { encoding: 'utf8' }).trim();
    mkdirSync(job.workspace, { recursive: true });
    git('init', '-q');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'one');
    const sha = git('rev-parse', 'HEAD');
    const warned = await job.main();
    expect(shown(warned)).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining(sha.slice(0, 10)) }),
    ]);

    state.branches.set('main', state.commit([state.tip('main')], sha));
    await using atMain = world.job(dispatched(), { 'pull-request': '3' }, job.workspace);
    const main = await atMain.main();
    expect(main.exitCode).toBe(1);
    expect(errors(main)).toEqual([expect.stringContaining('`ref: refs/pull/3/merge`')]);
    expect(await atMain.post()).toBeNull();
  });

  it.each<[string, () => void, RegExp]>([
    ['does not exist', () => {}, /has no pull request #3, or the `github-token` cannot read it/],
    [
      'is closed',
      () => {
        world.openPullRequest().closed = true;
      },
      /pull request #3 was closed/,
    ],
    [
      'is merged',
      () => void world.github.state.merge(world.openPullRequest().number),
      /pull request #3 was merged/,
    ],
    [
      'cannot be read',
      () => {
        world.openPullRequest();
        world.github.forbidden.add('pulls/get');
      },
      /permissions: pull-requests: write/,
    ],
  ])('fails before the tests when the pull request %s', async (_, prepare, message) => {
    prepare();
    await using job = signedJob(dispatched(), { 'pull-request': '3' });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(errors(main)).toEqual([expect.stringMatching(message)]);
    expect(onDisk(job, HELLO)).toEqual(Object.fromEntries(Object.keys(HELLO).map((name) => [name, null])));
    expect(await job.post()).toBeNull();
    expect(await world.version(PULL)).toBe(0);
  });
});

describe('any other run with the input pull-request', () => {
  it('fails before the tests, and may pull', async () => {
    const { state } = world.github;
    world.openPullRequest();
    const other = world.openPullRequest();
    state.commitTo('topic');
    const before = state.tip('main');
    for (const event of [
      dispatched('topic'),
      pullRequestEvent(state, other.number),
      pushEvent(state, 'main', before),
    ]) {
      await using job = signedJob(event, { 'pull-request': '3' });
      expect(errors(await job.main())).toEqual([
        expect.stringContaining('run of the default branch may push'),
      ]);
    }
    await using pulling = signedJob(dispatched('topic'), { 'pull-request': '3', mode: 'pull' });
    const pulled = await pulling.main();
    expect([pulled.exitCode, shown(pulled)]).toEqual([0, []]);
    expect(onDisk(pulling, HELLO)).toEqual(HELLO);
    // With the number of its own pull request, a job is as without it.
    await using own = signedJob(pullRequestEvent(state, 3), { 'pull-request': '3' });
    await own.main();
    record(own, REWORDED);
    expect(await own.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...WEATHER, ...REWORDED });
    expect(world.comments(3)).toEqual([expect.not.stringContaining('Recorded by')]);
  });
});

describe('the input branch', () => {
  const OF_RELEASE = said('test_hello', 'Hello from the release.');

  beforeEach(async () => {
    const { state } = world.github;
    state.commitTo('release');
    const push = { repository: world.repository, ref: { branch: 'release' }, add: OF_RELEASE };
    await pushFiles(registry, { ...push, commit: state.tip('release') });
    await pushFiles(registry, { ...push, add: said('test_new', 'newer'), commit: 'e'.repeat(40) });
  });

  it('pulls the recordings that the tip of a release branch needs, and pushes nothing', async () => {
    await using job = signedJob(dispatched(), { branch: 'release' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(shown(main)).toEqual([]);
    expect(onDisk(job, OF_RELEASE)).toEqual(OF_RELEASE);
    record(job, REWORDED);
    const post = await job.post();
    expect(post?.exitCode).toBe(0);
    expect(shown(post)).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('Only a run on `release` may push to it'),
      }),
    ]);
    expect(await world.version({ branch: 'release' })).toBe(2);
    expect(await world.version(MAIN)).toBe(1);
  });

  it('is refused with mode: push, unless it is the branch of the run', async () => {
    await using other = signedJob(dispatched(), { branch: 'release', mode: 'push' });
    record(other, REWORDED);
    expect(errors(await other.main())).toEqual([expect.stringContaining('Only a run on `release` may push')]);
    await using own = signedJob(dispatched('release'), { branch: 'release', mode: 'push' });
    record(own, REWORDED);
    expect(await own.main()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings({ branch: 'release' })).toMatchObject(REWORDED);
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
  });

  it('fails when the registry does not know the branch, and does not pull the default branch instead', async () => {
    await using job = signedJob(dispatched(), { branch: 'relaese' });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(errors(main)).toEqual([expect.stringContaining('relaese')]);
    expect(onDisk(job, HELLO)).toEqual(Object.fromEntries(Object.keys(HELLO).map((name) => [name, null])));
  });
});

/** The commit of the newest snapshot of a pull request. */
async function commitOf(pullRequest: number): Promise<string | null> {
  const { repository } = await registry.ask<{ repository: { snapshot: { commit: string | null } } }>(
    `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      snapshot(at: { pullRequest: ${pullRequest} }) { commit } } }`,
    ownerAndName(world.repository),
  );
  return repository.snapshot.commit;
}
