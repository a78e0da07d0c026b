import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { registry, useActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent, pushEvent } from '../support/github-events.js';
import type { TestRegistry } from '../support/registry.js';
import { IN_WORDS, said } from '../support/runner-recordings.js';
import { HELLO, MAIN, onDisk, record, WEATHER } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');

useActionWorld();

describe('prune', () => {
  it('removes nothing when the pull failed, not even with force, but pushes', async () => {
    const event = pushEvent(world.github.state, 'main', world.github.state.tip('main'));
    for (const prune of ['true', 'force']) {
      await using job = world.job(event, { 'on-registry-error': 'warn', prune });
      {
        await using broken = await breakDatabase(registry);
        expect(await job.main()).toMatchObject({ exitCode: 0 });
        await broken.repair();
      }
      record(job, said(`test_${prune}`, 'four'));
      expect(await job.post()).toMatchObject({
        exitCode: 0,
        summary: expect.stringContaining('Nothing was pruned: the pull of this job failed'),
        annotations: [
          expect.objectContaining({
            level: 'warning',
            message: expect.stringContaining('Nothing was pruned'),
          }),
        ],
      });
      expect(await world.recordings(MAIN)).toMatchObject({
        ...HELLO,
        ...WEATHER,
        ...said(`test_${prune}`, 'four'),
      });
    }
  });

  it('removes nothing when the pull of an earlier step failed', async () => {
    const event = pushEvent(world.github.state, 'main', world.github.state.tip('main'));
    await using pulling = world.job(event, { 'on-registry-error': 'warn', mode: 'pull' });
    {
      await using broken = await breakDatabase(registry);
      await pulling.main();
      await broken.repair();
    }
    await using pushing = world.job(event, { mode: 'push', prune: 'true' }, pulling.workspace);
    record(pushing, WEATHER);
    expect(await pushing.main()).toMatchObject({
      exitCode: 0,
      summary: expect.stringContaining('Nothing was pruned'),
    });
    expect(await world.recordings(MAIN)).toEqual({ ...HELLO, ...WEATHER });
  });
});

describe('a registry', () => {
  it('that returns errors fails the job, or warns with on-registry-error: warn', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using failing = world.job(event);
    await using warning = world.job(event, { 'on-registry-error': 'warn' });
    // The registry returns only an id of the error, which is in its log.
    const message = expect.stringMatching(/request (id )?[0-9a-f-]{36}/i);
    await using broken = await breakDatabase(registry);
    const failed = await failing.main();
    expect(failed).toMatchObject({ exitCode: 1, stderr: '' });
    expect(failed.annotations).toEqual([expect.objectContaining({ level: 'error', message })]);
    expect(await failing.post()).toBeNull();

    const warned = await warning.main();
    expect(warned).toMatchObject({ exitCode: 0, summary: expect.stringContaining('⚠️') });
    expect(warned.annotations).toEqual([expect.objectContaining({ level: 'warning', message })]);
    record(warning, REWORDED);
    expect(await warning.post()).toMatchObject({
      exitCode: 0,
      annotations: [expect.objectContaining({ level: 'warning', message })],
    });

    await broken.repair();
    expect(await world.version({ pullRequest: 3 })).toBe(0);
    // The job continued, so post pushes the recordings once the registry works again.
    expect(await warning.post()).toMatchObject({ exitCode: 0, annotations: [] });
    expect(await world.recordings({ pullRequest: 3 })).toEqual({ ...REWORDED, ...WEATHER });
  });

  it('that is down for a moment is retried, before the tests and after them', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event);
    const main = await withRestart(registry, () => job.main());
    expect(main).toMatchObject({ exitCode: 0, annotations: [] });
    expect(main.stdout).toContain('trying again');
    expect(onDisk(job, { ...HELLO, ...WEATHER })).toEqual({ ...HELLO, ...WEATHER });
    record(job, REWORDED);
    const post = await withRestart(registry, () => job.post());
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(await world.recordings({ pullRequest: 3 })).toEqual({ ...REWORDED, ...WEATHER });
    expect(world.comments(3)).toEqual([expect.stringContaining(`### 🟡 ${IN_WORDS.reworded()}`)]);
  });

  it('that stays down fails the job, or warns with on-registry-error: warn', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using balancer = await startBalancer();
    const inputs = { 'registry-url': balancer.url };
    await using failing = world.job(event, inputs);
    await using warning = world.job(event, { ...inputs, 'on-registry-error': 'warn' });
    const failed = await failing.main();
    const message = expect.stringContaining('503');
    expect(failed.exitCode).toBe(1);
    expect(failed.annotations).toEqual([expect.objectContaining({ level: 'error', message })]);
    expect(failed.stdout.match(/trying again in 0\.\d s/g)).toHaveLength(5);
    expect(balancer.asked()).toBe(6);
    const warned = await warning.main();
    expect(warned.exitCode).toBe(0);
    expect(warned.annotations).toEqual([expect.objectContaining({ level: 'warning', message })]);
    expect(balancer.asked()).toBe(12);
  });
});

interface Balancer extends AsyncDisposable {
  url: string;
  /** Number of requests. */
  asked(): number;
}

/**
 * A proxy in front of a stopped registry. It sends `Retry-After: 0`; otherwise the retries would last
 * 40 seconds.
 */
async function startBalancer(): Promise<Balancer> {
  let requests = 0;
  const server = createHttpServer((_request, response) => {
    requests++;
    response.writeHead(503, { 'retry-after': '0' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Broken extends AsyncDisposable {
  repair(): Promise<void>;
}

/** Renames a table, so that requests that need it fail, until it is repaired or the scope ends. */
async function breakDatabase({ sql }: TestRegistry): Promise<Broken> {
  await sql`alter table refs rename to refs_away`;
  const repair = async () => {
    await sql`alter table if exists refs_away rename to refs`;
  };
  return { repair, [Symbol.asyncDispose]: repair };
}

/** Stops the registry before a step, and starts it again after the first failed request of the step. */
async function withRestart<Result>(registry: TestRegistry, step: () => Promise<Result>): Promise<Result> {
  await registry.stop();
  const nobody = createServer((socket) => socket.destroy());
  nobody.listen(Number(new URL(registry.url).port), '127.0.0.1');
  await once(nobody, 'listening');
  const found = once(nobody, 'connection');
  const running = step();
  await Promise.race([found, running]);
  nobody.close();
  await registry.restart();
  return running;
}
