import { describe, expect, it } from 'vitest';
import { useActionWorld, world } from '../support/action-test.js';
import { greeting } from '../support/cassette.js';
import { pullRequestEvent } from '../support/github-events.js';
import { HELLO, onDisk, record, WEATHER } from '../support/runner-world.js';

// Which files the action pulls and pushes without the input `paths`.

const PULL = { pullRequest: 3 };
const CASSETTE = { 'tests/cassettes/test_chat/test_greets.yaml': greeting('Hello?', 'Hello!') };
const TAPE = { 'tapes/hello.yaml': greeting('Hi?', 'Hi!') };
const settings = (text: string) => ({ '.github/fixtures.yml': text });
const BOTH = settings('recordings:\n  - paths: ["**/recordings/**/*.json", "tapes/**/*.{yaml,yml}"]\n');

useActionWorld();

const jobOf = (inputs?: Record<string, string>) =>
  world.job(pullRequestEvent(world.github.state, world.openPullRequest().number), inputs);

describe('without `paths`', () => {
  it('are those of every recorder', async () => {
    await using job = jobOf();
    expect(await job.main()).toMatchObject({ exitCode: 0 });
    record(job, CASSETTE, TAPE);
    expect(await job.post()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...CASSETTE });
  });

  it('are those of the settings file in the checkout', async () => {
    await using job = jobOf();
    record(job, BOTH);
    expect(await job.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    record(job, CASSETTE, TAPE);
    expect(await job.post()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...TAPE });
  });

  it('fail with the line when the settings file is wrong', async () => {
    await using job = jobOf();
    record(job, settings('recordings:\n  - paths: tapes\n'));
    expect(await job.main()).toMatchObject({
      exitCode: 1,
      annotations: [{ level: 'error', message: expect.stringMatching(/line 2: .* Write tapes\/\*\*/) }],
    });
    expect(Object.values(onDisk(job, HELLO))).toEqual([null]);
  });
});

describe('with `paths`', () => {
  it('are those of the input, with {a,b}', async () => {
    await using job = jobOf({ paths: '**/{recordings,cassettes}/**/*.{json,yaml}' });
    record(job, settings('recordings: wrong'));
    expect(await job.main()).toMatchObject({ exitCode: 0, outputs: { pulled: '2' } });
    record(job, CASSETTE, TAPE);
    expect(await job.post()).toMatchObject({ exitCode: 0 });
    expect(await world.recordings(PULL)).toEqual({ ...HELLO, ...WEATHER, ...CASSETTE });
  });

  it('in another syntax fail the step', async () => {
    await using job = jobOf({ paths: 'tests/cassettes' });
    expect(await job.main()).toMatchObject({
      exitCode: 1,
      annotations: [{ level: 'error', message: expect.stringContaining('Write tests/cassettes/**') }],
    });
  });
});
