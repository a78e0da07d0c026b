import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { useActionWorld, world } from '../support/action-test.js';
import { branchEvent, pullRequestEvent } from '../support/github-events.js';
import type { Job } from '../support/runner.js';
import { called, IN_WORDS, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, record, WEATHER } from '../support/runner-world.js';

// What differs between runners, as far as it can be reproduced on one machine.

const REWORDED = said('test_hello', 'Hello, how can I help you?');

useActionWorld();

/** Runs both steps of a job on pull request 3, with these recordings. */
async function runWhole(job: Job, recorded = REWORDED): Promise<void> {
  expect(await job.main()).toMatchObject({ exitCode: 0, stderr: '', annotations: [] });
  expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
  record(job, recorded);
  expect(await job.post()).toMatchObject({ exitCode: 0, stderr: '', annotations: [] });
}

/**
 * GitHub's API at the addresses of an Enterprise Server, below one host: REST at `/api/v3`, GraphQL at
 * `/api/graphql`.
 */
async function startEnterpriseServer(api: string): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((incoming, response) => {
    const at = (incoming.url ?? '').replace(/^\/api\/v3/, '').replace(/^\/api\/graphql/, '/graphql');
    const isApi = at !== incoming.url;
    if (!isApi) return void response.writeHead(404).end('{"message":"a page of the Enterprise Server"}');
    const { method, headers } = incoming;
    const forwarded = request(`${api}${at}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('a GitHub Enterprise Server', () => {
  it('is the GitHub of its jobs: history, comment and its author come from there', async () => {
    await using server = await startEnterpriseServer(world.github.url);
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    const environment = { GITHUB_API_URL: `${server.url}/api/v3`, GITHUB_SERVER_URL: server.url };
    await using first = world.job(event, {}, undefined, environment);
    await runWhole(first);
    expect(world.comments(3)).toEqual([expect.stringContaining(`### 🟡 ${IN_WORDS.reworded()}`)]);
    // The second job finds the comment by its author, whom only GraphQL returns.
    await using second = world.job(event, {}, undefined, environment);
    await second.main();
    record(second, called('test_weather', 'York'));
    expect(await second.post()).toMatchObject({ exitCode: 0 });
    expect(world.comments(3)).toEqual([expect.stringMatching(IN_WORDS.called)]);
    const operations = new Set(world.github.requests.map(({ operation }) => operation));
    expect(operations).toContain('graphql/viewer');
    expect(operations).toContain('issues/update-comment');
  });
});

describe('a container job', () => {
  it('needs no git: the history comes from GitHub', async () => {
    const pull = world.openPullRequest();
    const onlyNode = { PATH: path.dirname(process.execPath), GIT_EXEC_PATH: '/nowhere' };
    // Where node and git are in the same folder, the job gets none at all.
    const environment = hasGit(onlyNode.PATH) ? { ...onlyNode, PATH: '/nowhere' } : onlyNode;
    await using job = world.job(
      pullRequestEvent(world.github.state, pull.number),
      {},
      undefined,
      environment,
    );
    await runWhole(job);
    await using dispatched = world.job(
      branchEvent(world.github.state, 'workflow_dispatch', 'main'),
      { 'pull-request': '3' },
      undefined,
      environment,
    );
    expect(await dispatched.main()).toMatchObject({ exitCode: 0, annotations: [] });
    expect(onDisk(dispatched, REWORDED)).toEqual(REWORDED);
  });

  it('works with a checkout that belongs to another user, which git refuses to read', async () => {
    const pull = world.openPullRequest();
    const environment = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    await using job = world.job(
      pullRequestEvent(world.github.state, pull.number),
      {},
      undefined,
      environment,
    );
    execFileSync('git', ['init', '-q', job.workspace]);
    const refused = () =>
      execFileSync('git', ['-C', job.workspace, 'status'], {
        env: { ...process.env, ...environment },
        stdio: 'pipe',
      });
    expect(refused).toThrow(/dubious ownership/);
    await runWhole(job);
    expect(await world.recordings({ pullRequest: 3 })).toEqual({ ...REWORDED, ...WEATHER });
  });
});

describe('a self-hosted runner that keeps its workspace', () => {
  it('reuses what is on disk, and removes what an earlier job pulled for another pull request', async () => {
    const { state } = world.github;
    const [three, four] = [world.openPullRequest(), world.openPullRequest()];
    const added = said('test_added', 'Only in pull request 3.');
    await using elsewhere = world.job(pullRequestEvent(state, three.number));
    await elsewhere.main();
    record(elsewhere, added);
    await elsewhere.post();
    await using first = world.job(pullRequestEvent(state, three.number));
    expect(await first.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '3' } });
    await using next = world.job(pullRequestEvent(state, four.number), {}, first.workspace);
    expect(await next.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '0', reused: '2' } });
    await next.post();
    expect(await world.recordings({ pullRequest: 4 })).toEqual({ ...HELLO, ...WEATHER });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
  });
});

describe('a run that Dependabot starts', () => {
  it('gets the name of the store for its secrets', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    const environment = { GITHUB_ACTOR: 'dependabot[bot]' };
    await using job = world.job(event, { token: '' }, undefined, environment);
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toEqual([
      expect.objectContaining({
        level: 'error',
        message: expect.stringMatching(/Dependabot secrets.*id-token: write/s),
      }),
    ]);
    // With a token from that store it is like any other run.
    await using withToken = world.job(event, {}, undefined, environment);
    await runWhole(withToken);
  });
});

/** Whether a folder has git, which a job with only this folder in its PATH would find. */
function hasGit(folder: string): boolean {
  try {
    execFileSync(path.join(folder, 'git'), ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
