import { beforeEach, describe, expect, it } from 'vitest';
import { issuer, registry, useOidcActionWorld, world } from '../support/action-test.js';
import { branchEvent, type JobEvent, pullRequestEvent } from '../support/github-events.js';
import { claimsOf } from '../support/oidc-issuer.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import type { Job } from '../support/runner.js';
import { said } from '../support/runner-recordings.js';
import { HELLO, MAIN } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');

let worlds = 0;
useOidcActionWorld();
beforeEach(() => {
  worlds++;
});

/** A job with `permissions: { id-token: write }`; its claims follow from its event. */
function signedJob(event: JobEvent, inputs: Record<string, string> = {}): Job {
  const claims = claimsOf({
    ...{ repository: world.repository, repositoryId: 13_000 + worlds, event: event.name, ref: event.ref },
    baseRef: event.name === 'pull_request' ? 'main' : '',
  });
  return world.job(event, { token: '', ...inputs }, undefined, issuer.runnerEnvironment(claims));
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
