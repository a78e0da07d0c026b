import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent } from '../support/github-events.js';
import { IN_WORDS, said } from '../support/runner-recordings.js';
import { HELLO, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');

useActionWorld();

/** A server that accepts every request and never responds. */
async function startSilentServer(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(() => {});
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

describe('the input timeout', () => {
  it('ends a step whose registry never responds, and names what it was waiting for', async () => {
    await using silent = await startSilentServer();
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    const inputs = { 'registry-url': silent.url, timeout: '3' };
    const message =
      'The step took longer than 3 seconds (input `timeout`): it was waiting for the registry to send the recordings.';
    await using failing = world.job(event, inputs);
    const failed = await failing.main();
    expect(failed).toMatchObject({ exitCode: 1, stderr: '' });
    expect(failed.annotations).toEqual([expect.objectContaining({ level: 'error', message })]);
    expect(await failing.post()).toBeNull();

    await using warning = world.job(event, { ...inputs, 'on-registry-error': 'warn' });
    const warned = await warning.main();
    expect(warned).toMatchObject({
      exitCode: 0,
      summary: expect.stringContaining('took longer than 3 seconds'),
    });
    expect(warned.annotations).toEqual([expect.objectContaining({ level: 'warning', message })]);
    // The tests ran, so post tries to push what they recorded.
    record(warning, REWORDED);
    const post = await warning.post();
    expect(post?.annotations).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('for the registry to store the recordings.'),
      }),
    ]);
  });

  it('ends a step whose GitHub never responds, and names the request', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    world.github.before = ({ operation }) =>
      operation === 'repos/compare-commits-with-basehead' ? new Promise(() => {}) : undefined;
    await using job = world.job(event, { timeout: '3' });
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations).toEqual([
      expect.objectContaining({
        level: 'error',
        message: expect.stringMatching(
          /waiting for GitHub \(GET \/repos\/.*compare.* at http:\/\/127\.0\.0\.1:\d+\)\.$/,
        ),
      }),
    ]);
  });

  it('ends a step while GitHub issues no OIDC token', async () => {
    await using silent = await startSilentServer();
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${silent.url}/?x=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    };
    await using job = world.job(event, { token: '', timeout: '3' }, undefined, environment);
    const main = await job.main();
    expect(main.exitCode).toBe(1);
    expect(main.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining("waiting for GitHub's OIDC token of this run."),
      }),
    ]);
    const warn = { token: '', timeout: '3', 'on-registry-error': 'warn' };
    await using warning = world.job(event, warn, undefined, environment);
    const warned = await warning.main();
    expect(warned.exitCode).toBe(0);
    expect(warned.annotations.filter(({ level }) => level === 'warning')).toHaveLength(1);
    expect(warned.stdout).toContain('The job continues without recordings.');
  });

  it('bounds the step and not the tests between main and post', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event, { timeout: '120' });
    expect(await job.main()).toMatchObject({ exitCode: 0, annotations: [] });
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
    record(job, REWORDED);
    expect(await job.post()).toMatchObject({ exitCode: 0, annotations: [] });
    expect(world.comments(3)).toEqual([expect.stringContaining(`### 🟡 ${IN_WORDS.reworded()}`)]);
  });
});
