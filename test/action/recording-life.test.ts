import { execFileSync } from 'node:child_process';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { issuer, registry, useOidcActionWorld, world } from '../support/action-test.js';
import { branchEvent, type JobEvent, pullRequestEvent, pushEvent } from '../support/github-events.js';
import { claimsOf } from '../support/oidc-issuer.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import type { Job } from '../support/runner.js';
import { said, testId } from '../support/runner-recordings.js';
import { HELLO, MAIN, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');

/** For the condition, not for speed: the machine may be loaded. */
const WAITING = { timeout: 30_000, interval: 100 };

let worlds = 0;
useOidcActionWorld();
beforeEach(() => {
  worlds++;
});

interface JobOfRun {
  /** GitHub's id of the run. */
  run?: number;
  matrix?: { index: number; total: number };
  failed?: boolean;
  workspace?: string;
  environment?: Record<string, string>;
}

/** A job with `permissions: { id-token: write }`; its claims follow from its event. */
function signedJob(event: JobEvent, inputs: Record<string, string> = {}, of: JobOfRun = {}): Job {
  const run_id = String(of.run ?? 500);
  const claims = claimsOf({
    ...{ repository: world.repository, repositoryId: 13_000 + worlds, event: event.name, ref: event.ref },
    baseRef: event.name === 'pull_request' ? 'main' : '',
  });
  const environment = {
    ...issuer.runnerEnvironment({ ...claims, run_id }),
    ...{ GITHUB_RUN_ID: run_id, ...of.environment },
  };
  return world.job(event, { token: '', ...inputs }, of.workspace, environment, of);
}

/** Number → state of the pull requests that the registry knows, and whether each has a time of its closing. */
async function states(): Promise<Record<number, string>> {
  type Node = { number: number; state: string; closedAt: string | null };
  const { repository } = await registry.ask<{ repository: { pullRequests: { nodes: Node[] } } }>(
    `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      pullRequests(first: 50) { nodes { number state closedAt } } } }`,
    ownerAndName(world.repository),
  );
  const nodes = repository.pullRequests.nodes;
  for (const { state, closedAt } of nodes) expect(closedAt !== null).toBe(state === 'CLOSED');
  return Object.fromEntries(nodes.map(({ number, state }) => [number, state]));
}

describe('pull requests that ended', () => {
  /** Opens a pull request with recordings for its head commit. */
  async function reviewed(text: string, base = 'main') {
    const pull = world.openPullRequest();
    pull.base.ref = base;
    await pushFiles(registry, {
      ...{ repository: world.repository, ref: { pullRequest: pull.number, base }, commit: pull.head },
      add: said(text, text),
    });
    return pull;
  }

  it('are reported by their own run, when its workflow has the type `closed`', async () => {
    const pull = await reviewed('test_three');
    pull.closed = true;
    await using job = signedJob(pullRequestEvent(world.github.state, pull.number), { mode: 'pull' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '' });
    expect(main.stdout).toContain('Pull request #3 was closed without a merge');
    expect(await states()).toEqual({ 3: 'CLOSED' });
  });

  it('are found by a scheduled run: closed ones are closed, merged ones promoted or named, and no other', async () => {
    const { state } = world.github;
    state.commitTo('release');
    const open = await reviewed('test_open');
    const closed = await reviewed('test_closed');
    const merged = await reviewed('test_merged');
    const replaced = await reviewed('test_hello');
    const elsewhere = await reviewed('test_elsewhere', 'release');
    closed.closed = true;
    const beforeMerge = new Date().toISOString();
    for (const { number } of [merged, replaced, elsewhere]) state.merge(number);
    // The branch records the path of this one again after its merge.
    replaced.mergedAt = beforeMerge;
    await pushFiles(registry, { repository: world.repository, ref: MAIN, add: REWORDED });
    // Pushed with a token, for a number that GitHub does not know.
    await pushFiles(registry, {
      repository: world.repository,
      ref: { pullRequest: 99, base: 'main' },
      add: HELLO,
    });

    await using job = signedJob(branchEvent(state, 'schedule', 'main'), { mode: 'pull' });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, stderr: '' });
    expect(main.annotations.filter(({ level }) => level !== 'debug')).toEqual([]);
    for (const line of [
      `Pull request #${closed.number} was closed without a merge.`,
      `Pull request #${merged.number} was merged into main and is promoted now: 1 added, 0 changed, 0 removed.`,
      `pull request #${replaced.number} is not promoted and main is unchanged: main changed`,
      `Pull request #${elsewhere.number} was merged into release and is not promoted: only a run on that branch`,
      `fixtures promote --pull-request ${elsewhere.number} --base release --commit ${elsewhere.mergeCommit}`,
    ]) {
      expect(main.stdout).toContain(line);
    }
    expect(main.summary).toContain('### Pull requests that ended');
    expect(await states()).toEqual({
      ...{ [open.number]: 'OPEN', [closed.number]: 'CLOSED', [merged.number]: 'MERGED' },
      ...{ [replaced.number]: 'OPEN', [elsewhere.number]: 'OPEN', 99: 'OPEN' },
    });
    // What was promoted is pulled by this very run, and the newer recording stays.
    expect(await world.recordings(MAIN)).toMatchObject({
      ...REWORDED,
      ...said('test_merged', 'test_merged'),
    });
    expect(main.outputs['pulled']).toBe('3');
    const asked = world.github.requests.filter(({ operation }) => operation === 'pulls/get');
    expect(asked).toHaveLength(5);
  });

  it('are left alone when GitHub refuses the list, and the job goes on', async () => {
    const pull = await reviewed('test_three');
    pull.closed = true;
    world.github.forbidden.add('pulls/list');
    await using job = signedJob(branchEvent(world.github.state, 'workflow_dispatch', 'main'), {
      mode: 'pull',
    });
    const main = await job.main();
    expect(main).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    expect(main.stdout).toContain('permissions: pull-requests: read');
    expect(await states()).toEqual({ 3: 'OPEN' });
  });
});

describe('what the tests read', () => {
  /** A push to the default branch. */
  const pushed = () => {
    const before = world.github.state.tip('main');
    world.github.state.commitTo('main');
    return pushEvent(world.github.state, 'main', before);
  };

  /** Another process reads the recordings, as tests do. */
  const readFiles = (job: Job, ...recordings: Record<string, string>[]) =>
    execFileSync('cat', Object.keys(Object.assign({}, ...recordings)), { cwd: job.workspace });

  /** Whether the file system of a folder keeps access times. */
  function keepsAccessTimes(folder: string): boolean {
    const file = path.join(folder, 'probe');
    writeFileSync(file, 'x');
    utimesSync(file, 1, 2);
    execFileSync('cat', [file]);
    return statSync(file).atimeMs > 1_000;
  }

  /** The runs that the registry knows, newest first. */
  async function useRuns() {
    type Run = { run: string; counts: boolean; reason: string | null };
    const { repository } = await registry.ask<{ repository: { useRuns: Run[] } }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        useRuns(first: 10) { run counts reason } } }`,
      ownerAndName(world.repository),
    );
    return repository.useRuns;
  }

  /** The recordings of the default branch that a run read. The registry folds reports after its response. */
  const usedAre = (...recordings: Record<string, string>[]) =>
    expect
      .poll(async () => {
        type Node = { path: string; lastUsedAt: string | null };
        const { repository } = await registry.ask<{ repository: { recordings: { nodes: Node[] } } }>(
          `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
            recordings(first: 50) { nodes { path lastUsedAt } } } }`,
          ownerAndName(world.repository),
        );
        return repository.recordings.nodes.filter(({ lastUsedAt }) => lastUsedAt).map((node) => node.path);
      }, WAITING)
      .toEqual(Object.keys(Object.assign({}, ...recordings)).sort());

  it('is reported with the push of each job of a matrix, and the run counts when both have reported', async () => {
    const event = pushed();
    const read = [HELLO, WEATHER];
    for (const [index, recordings] of read.entries()) {
      await using job = signedJob(event, {}, { run: 700, matrix: { index, total: 2 } });
      await job.main();
      const isSeen = keepsAccessTimes(job.workspace);
      readFiles(job, recordings);
      const post = await job.post();
      expect(post).toMatchObject({ exitCode: 0, stderr: '' });
      const sentence = isSeen
        ? '1 of 2 pulled recordings were read by the tests. The run counts for unused recordings when all its jobs'
        : 'It is not known which of the 2 pulled recordings the tests read';
      expect(post?.stdout).toContain(sentence);
      expect(post?.summary).toContain(sentence);
      const [run, ...more] = await useRuns();
      expect(more).toEqual([]);
      const reason = isSeen ? (index === 0 ? 'INCOMPLETE' : null) : 'BLIND';
      expect(run).toMatchObject({ run: '700', counts: reason === null, reason });
      if (isSeen) await usedAre(...read.slice(0, index + 1));
    }
  });

  it('comes from the list in used-files, and is an output of mode: push', async () => {
    const event = pushed();
    await using pulling = signedJob(event, { mode: 'pull' });
    const pulled = await pulling.main();
    const { workspace } = pulling;
    const list = path.join(workspace, 'used.txt');
    writeFileSync(list, `${Object.keys(WEATHER)[0]}\nno/such.json\n`);
    const of = { workspace, environment: pulled.env };
    const inputs = { mode: 'push', 'used-files': 'used.txt' };
    await using pushing = signedJob(event, inputs, of);
    const counted = await pushing.main();
    expect(counted).toMatchObject({ exitCode: 0, outputs: { unused: '1' } });
    expect(counted.stdout).toContain('that name no pulled recording: 1, such as no/such.json');
    expect(await useRuns()).toMatchObject([{ counts: true, reason: null }]);
    await usedAre(WEATHER);

    await using failing = signedJob(event, inputs, { ...of, run: 501, failed: true });
    const failed = await failing.main();
    expect(failed).toMatchObject({ exitCode: 0, outputs: { unused: '1' } });
    expect(failed.summary).toContain('The run does not count for unused recordings: the job failed');
    expect((await useRuns())[0]).toMatchObject({ run: '501', counts: false, reason: 'FAILED' });

    // A list that is missing makes the run blind; nothing of this fails the job.
    await using blind = signedJob(event, { ...inputs, 'used-files': 'none.txt' }, { ...of, run: 502 });
    const unseen = await blind.main();
    expect(unseen).toMatchObject({ exitCode: 0, outputs: { unused: '' } });
    expect(unseen.annotations).toContainEqual(expect.objectContaining({ level: 'warning' }));
    expect((await useRuns())[0]).toMatchObject({ run: '502', counts: false, reason: 'BLIND' });

    // The folder may hold the pull of an earlier job.
    await using alone = signedJob(event, inputs, { workspace, run: 503 });
    const nothing = await alone.main();
    expect(nothing).toMatchObject({ exitCode: 0, outputs: { unused: '' } });
    expect(await useRuns()).toHaveLength(3);
  });

  it('of a pull request, of a selection and of a failed job with push-on: always does not count', async () => {
    const pull = world.openPullRequest();
    await using own = signedJob(pullRequestEvent(world.github.state, pull.number), {
      'tests-file': 'tests.txt',
    });
    const listed = ['test_hello', 'test_new'].map(testId);
    writeFileSync(path.join(own.workspace, 'tests.txt'), listed.join('\n'));
    await own.main();
    record(own, REWORDED);
    const pushedOwn = await own.post();
    expect(pushedOwn?.summary).toContain(
      'does not count for unused recordings: it is not on the default branch',
    );
    // The list also tells which tests have no recordings.
    for (const text of [pushedOwn?.summary, pushedOwn?.stdout, world.comments(pull.number)[0]])
      expect(text).toContain('1 new test has no recordings.');

    const event = pushed();
    await using selected = signedJob(event, { models: 'gpt-4o-mini' }, { run: 601 });
    await selected.main();
    expect((await selected.post())?.summary).toContain('the job pulled a selection of the recordings');

    await using failing = signedJob(event, { 'push-on': 'always' }, { run: 602 });
    await failing.main();
    expect((await failing.post(false))?.summary).toContain(
      'the job failed, so it may not have run all tests',
    );
    expect((await useRuns()).map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['SELECTION', 'FAILED']),
    );
  });
});
