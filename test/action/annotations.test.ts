import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { useActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent } from '../support/github-events.js';
import type { Job } from '../support/runner.js';
import { called, said } from '../support/runner-recordings.js';
import { record } from '../support/runner-world.js';

const REWORDED = said('test_hello', 'Hello, how can I help you?');
const CALLED = called('test_weather', 'York');
const TESTS = 'import desk\n\ndef test_hello():\n    pass\n\nasync def test_weather():\n    pass\n';

useActionWorld();

function writeTests(job: Job): void {
  mkdirSync(path.join(job.workspace, 'tests'), { recursive: true });
  writeFileSync(path.join(job.workspace, 'tests', 'test_desk.py'), TESTS);
}

describe('annotations on changed tests', () => {
  it('warn of behaviour and note content at the line of the test', async () => {
    const pull = world.openPullRequest();
    await using job = world.job(pullRequestEvent(world.github.state, pull.number));
    await job.main();
    writeTests(job);
    record(job, REWORDED, CALLED);
    const post = await job.post();
    expect(post?.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringMatching(/^test_weather: calls get_weather with city: /),
        properties: expect.objectContaining({
          file: 'tests/test_desk.py',
          line: '6',
          title: 'Behaviour of a recording changed',
        }),
      }),
      expect.objectContaining({
        level: 'notice',
        message: expect.stringMatching(/^test_hello: /),
        properties: expect.objectContaining({
          file: 'tests/test_desk.py',
          line: '3',
          title: 'Content of a recording changed',
        }),
      }),
    ]);
  });

  it('are absent without the test in the checkout, and with the input false', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using without = world.job(event);
    await without.main();
    record(without, REWORDED);
    expect((await without.post())?.annotations).toEqual([]);
    await using off = world.job(event, { annotations: 'false' });
    await off.main();
    writeTests(off);
    record(off, CALLED);
    expect((await off.post())?.annotations).toEqual([]);
  });
});
