import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { type Finished, run } from '../support/process.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

const REPOSITORY = 'acme/desk';
const ASK = 'tests/test_desk.py::test_ask[openai:gpt-4o]';
const GREET = 'tests/test_desk.py::test_greet';
const OLD = 'tests/test_old.py::test_gone';
const NEW = 'tests/test_new.py::test_new';

describe('fixtures coverage', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    const recordings = [GREET, OLD, null].map((test) => record({ test, ask: `${test}?`, say: 'Yes.' }));
    const [path, text] = cassetteOf(ASK, { model: 'gpt-4o', ask: 'Hello?', say: 'Hello.' });
    const add = { ...filesOf(...recordings), [path]: text };
    await pushFiles(registry, { repository: REPOSITORY, ref: { branch: 'main' }, add });
    const ref = { pullRequest: 4, base: 'main' };
    const [gone] = Object.keys(filesOf(record({ test: OLD, ask: `${OLD}?`, say: '' })));
    const added = filesOf(record({ test: NEW, ask: 'New?', say: 'Yes.' }));
    await pushFiles(registry, { repository: REPOSITORY, ref, add: added, remove: [gone ?? ''] });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** Runs the command with a list of tests in a file. */
  async function coverage(tests: string[], ...words: string[]): Promise<Finished> {
    await using folder = await makeFolder({ 'tests.txt': `${tests.join('\n')}\n` });
    return await runFixtures({ registry, repository: REPOSITORY }, folder, [
      ...['coverage', '--tests-file', 'tests.txt'],
      ...words,
    ]);
  }

  it('names the tests without recordings, and the recordings of tests that are not listed', async () => {
    const { status, stdout, stderr } = await coverage([GREET, ASK, NEW, '', '3 tests collected in 0.02s']);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      '2 of 3 tests have recordings',
      '',
      '1 test without recordings:',
      `  ${NEW}`,
      '',
      'recordings of 1 test that the list does not have:',
      `  ${OLD} (1 recording)`,
      '',
      '1 recording without a test id, for any test',
      '',
      'by model:',
      '  llama3: 1 recording of 1 test not listed',
      '  (no model): 1 test without recordings',
      '',
    ]);
    expect(status).toBe(0);
  });

  it.each([
    ['never', [GREET, NEW], 0],
    ['missing', [GREET, NEW], 3],
    ['missing', [GREET, ASK], 0],
    ['unlisted', [GREET, ASK, OLD, NEW], 0],
    ['unlisted', [GREET, ASK], 3],
    ['any', [GREET, ASK, OLD, NEW], 3],
    ['any', [GREET, ASK, OLD], 0],
  ])('--fail-on %s with %j ends with %i', async (gate, tests, status) => {
    expect(await coverage(tests, '--fail-on', gate)).toMatchObject({ status, stderr: '' });
  });

  it('reads the state that the options name, and prints JSON', async () => {
    const { status, stdout } = await coverage(
      [GREET, ASK, NEW],
      ...['--pull-request', '4', '--json', '--fail-on', 'any'],
    );
    const nothing = { missing: [], unlistedCount: 0, unlisted: [] };
    expect(JSON.parse(stdout)).toEqual({
      bySuite: [],
      byModel: [],
      listed: 3,
      covered: 3,
      ...nothing,
      withoutTest: 1,
    });
    expect(status).toBe(0);
  });

  it('reads the list from stdin', async () => {
    await using folder = await makeFolder({ 'tests.txt': `${GREET}\n` });
    const command = join(CHECKOUT, 'packages/cli/bin/fixtures.js');
    const script = '"$0" "$1" coverage --tests-file - --json < tests.txt';
    const { stdout } = await run('sh', ['-c', script, process.execPath, command], {
      cwd: folder.path,
      env: {
        FIXTURE_REGISTRY_URL: registry.url,
        FIXTURE_REGISTRY_REPOSITORY: REPOSITORY,
        FIXTURE_REGISTRY_TOKEN: registry.adminToken,
      },
    });
    expect(JSON.parse(stdout)).toMatchObject({ listed: 1, covered: 1, unlistedCount: 2 });
  });

  it.each([
    [
      'a list of which no test has recordings',
      ['test_desk.py::test_greet'],
      [],
      1,
      'No recording belongs to one of the listed tests',
    ],
    ['an empty list', ['', ' '], [], 2, 'tests.txt contains no test'],
    ['a list of tests that pytest did not find', ['no tests collected in 0.01s'], [], 2, 'contains no test'],
    ['a branch that does not exist', [GREET], ['--branch', 'nosuch'], 1, 'no recordings of branch nosuch'],
    ['a gate that does not exist', [GREET], ['--fail-on', 'some'], 2, 'Allowed choices are missing'],
  ])('never passes with %s', async (_what, tests, words, status, message) => {
    expect(await coverage(tests, ...words)).toMatchObject({
      status,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});
