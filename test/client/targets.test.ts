import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { type GitCheckout, makeCheckout } from '../support/git-checkout.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// Targets without recordings that are not typing errors. docs/wrong-uses.md lists those that are.

const REPOSITORY = 'acme/tests';
const RAIN = record({ test: 'tests/test_weather.py::test_rain', ask: 'Will it rain?', say: 'It rains.' });
const DRY = record({ test: 'tests/test_weather.py::test_rain', ask: 'Will it rain?', say: 'It is dry.' });

let registry: TestRegistry;
let checkout: GitCheckout;

beforeAll(async () => {
  registry = await startRegistry();
  checkout = await makeCheckout(filesOf(RAIN), null);
  await checkout.git('checkout', '--quiet', '-b', 'feature');
  await checkout.git('branch', 'release');
  const [main, change] = [{ branch: 'main' }, { pullRequest: 7, base: 'main' }];
  await pushFiles(registry, { repository: REPOSITORY, ref: main, add: filesOf(RAIN) });
  await pushFiles(registry, { repository: REPOSITORY, ref: change, add: filesOf(DRY) });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await checkout[Symbol.asyncDispose]();
});

const fixtures = (...words: string[]) => runFixtures({ registry, repository: REPOSITORY }, checkout, words);

describe('the branch that is checked out, which has no recordings yet', () => {
  it.each([
    ['explain', [RAIN.path], 'searched the default branch', /Key|hash/i],
    ['pull', [], 'pulled those of main at version 1', /1 already there/],
    ['status', [], '', /1 recording unchanged/],
  ])('%s uses the recordings of the default branch', async (command, words, note, result) => {
    expect(await fixtures(command, ...words)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(note),
      stdout: expect.stringMatching(result),
    });
  });

  it('drift fails, because an empty report would pass every check', async () => {
    const ended = await fixtures('drift', '--fail-on', 'any');
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no recordings of branch feature'),
    });
  });
});

describe('a base branch without recordings', () => {
  it('is warned of by a push', async () => {
    const ended = await fixtures('push', '--pull-request', '8', '--base', 'mian');
    expect(ended).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('warning: the registry has no recordings of --base mian'),
    });
  });

  it('receives a promotion if git knows it, and nothing is promoted otherwise', async () => {
    const wrong = await fixtures('promote', '--pull-request', '7', '--base', 'relaese');
    expect(wrong).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no recordings of branch relaese'),
    });
    const right = await fixtures('promote', '--pull-request', '7', '--base', 'release');
    expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('pull request 7 promoted') });
    expect(await fixtures('pull', '--branch', 'release')).toMatchObject({ status: 0 });
    expect(String((await checkout.files()).get(RAIN.path))).toBe(DRY.text);
  });
});

it('rekey accepts a target that exists', async () => {
  expect(await fixtures('rekey', '--pull-request', '7', '--dry-run')).toMatchObject({ status: 0 });
  expect(await fixtures('rekey', '--branch', 'main', '--dry-run')).toMatchObject({ status: 0 });
});
