import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../client/test/stand-in-registry.js';
import { TemporaryFolder } from '../../client/test/temporary-folder.js';

// Runs the built command as a process with an empty environment.
const COMMAND = fileURLToPath(new URL('../bin/fixtures.js', import.meta.url));

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

function fixtures(words: string[], environment: Record<string, string> = {}, cwd?: string): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...words], { env, cwd }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : (error.code as number), stdout, stderr });
    });
  });
}

function environmentOf({ connection }: StandInRegistry) {
  return {
    FIXTURE_REGISTRY_URL: connection.registry,
    FIXTURE_REGISTRY_TOKEN: 'secret-token',
    FIXTURE_REGISTRY_REPOSITORY: 'acme/tests',
  };
}

describe('wrong usage exits with 2 and says what to use', () => {
  const some = ['--registry', 'http://127.0.0.1:9', '--repository', 'a/b'];
  it.each([
    [['pull', '--repository', 'a/b'], /FIXTURE_REGISTRY_URL/],
    [['pull', '--registry', 'nonsense', '--repository', 'a/b'], /not an address/],
    [['pull', '--registry', 'http://127.0.0.1:9'], /FIXTURE_REGISTRY_REPOSITORY/],
    [['pull', ...some, '--repository', 'nonsense'], /not a repository/],
    [['pull', ...some, '--branch', 'b', '--pull-request', '1'], /cannot be used with/],
    [['pull', ...some, '--pull-request', 'x'], /must be a number/],
    [['pull', ...some, '--base', 'main'], /--pull-request N/],
    [['pull', ...some, '--commit', 'abc'], /full commit id/],
    [['pull', ...some, '--tests-file', 'missing'], /cannot be read/],
    [['drift', ...some, '--fail-on', 'sometimes'], /Allowed choices/],
    [['promote', ...some], /--pull-request N/],
    [['explain', ...some], /missing required argument/],
    [['pull', ...some, '--nonsense'], /unknown option/],
    [['nonsense'], /unknown command/],
  ])('%j', async (words, message) => {
    using folder = new TemporaryFolder();
    const ended = await fixtures(words, {}, folder.path);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
  });
});

describe('fixtures', () => {
  it('pulls and pushes, and prints text or JSON', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'a' });
    const common = ['--branch', 'main', '--directory', folder.path];

    const pulled = await fixtures(['pull', ...common], environmentOf(registry));
    expect(pulled).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/1 recording written/),
    });
    folder.write({ 'recordings/a.json': 'A' });
    const pushed = await fixtures(['push', ...common, '--json'], environmentOf(registry));

    expect(JSON.parse(pushed.stdout)).toMatchObject({ changed: 1, snapshot: { version: 2 } });
    expect(registry.held('main')).toEqual({ 'recordings/a.json': 'A' });
    expect(registry.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'user-agent': expect.stringMatching(/^fixtures\//),
    });
  });

  it('reads patterns from options and from a file', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'list.txt': 'tests/b.py::test[1]\n\ntests/c.py*\r\n' });
    registry.hold('main', {});
    const words = ['--branch', 'main', '--directory', folder.path, '--tests-file', `${folder.path}/list.txt`];
    await fixtures(
      ['pull', ...words, '--tests', 'a*', '--tests', 'x', '--models', 'm'],
      environmentOf(registry),
    );
    expect(registry.asked[0]?.json['selection']).toEqual({
      tests: ['a*', 'x', 'tests/b.py::test[1]', 'tests/c.py*'],
      models: ['m'],
    });
  });

  describe('used', () => {
    const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b' };

    async function pulled() {
      const registry = await StandInRegistry.start();
      const folder = new TemporaryFolder();
      registry.hold('main', FILES);
      const environment = environmentOf(registry);
      const common = ['--branch', 'main', '--directory', folder.path];
      await fixtures(['pull', ...common], environment);
      return {
        ...{ registry, folder },
        used: (words: string[], more = {}) =>
          fixtures(['used', ...common, ...words], { ...environment, ...more }, folder.path),
        [Symbol.asyncDispose]: async () => {
          folder[Symbol.dispose]();
          await registry[Symbol.asyncDispose]();
        },
      };
    }

    it('reports a list, with the job of the workflow, and warns of unknown lines', async () => {
      await using checkout = await pulled();
      const { registry, folder } = checkout;
      folder.write({ 'used.txt': 'recordings/b.json\nrecordings/nosuch.json\nx\n' });
      const job = { GITHUB_RUN_ID: '12', GITHUB_RUN_ATTEMPT: '2', GITHUB_WORKFLOW: 'CI', GITHUB_JOB: 'test' };
      const ended = await checkout.used(['--files', 'used.txt'], job);
      expect(ended).toEqual({
        status: 0,
        stdout:
          '1 of 2 pulled recordings was read\n' +
          'the run counts for unused recordings; 1 run of branch main counts so far\n',
        stderr: 'warning: 2 lines of used.txt name no pulled recording; the first: recordings/nosuch.json\n',
      });
      expect(registry.used).toMatchObject([
        {
          ref: { branch: 'main' },
          read: ['recordings/b.json'],
          use: {
            ...{ snapshot: 'main@1', selection: null, recordings: 2 },
            job: { run: '12', attempt: 2, workflow: 'CI', job: 'test', index: 0, total: 1, succeeded: true },
          },
        },
      ]);
    });

    it('prints JSON, and why the run does not count', async () => {
      await using checkout = await pulled();
      checkout.folder.write({ 'used.txt': '' });
      const words = ['--files', 'used.txt', '--branch', 'feature'];
      const { stdout } = await checkout.used([...words, '--json']);
      expect(JSON.parse(stdout)).toEqual({
        ...{ snapshot: 'main@1', selection: null, recordings: 2, read: 0 },
        unknownLines: { count: 0, first: null },
        run: { counts: false, reason: 'NOT_DEFAULT_BRANCH', runs: 1, read: 0, recordings: 2 },
      });
      expect((await checkout.used(words)).stdout.split('\n')[1]).toBe(
        'the run does not count for unused recordings: only runs of the default branch do',
      );
      expect(checkout.registry.used[0]?.use.job).toBeNull();
    });

    it('where no reads are noted reports that, and exits with 1 naming --files', async () => {
      await using checkout = await pulled();
      const file = join(checkout.folder.path, '.fixtures/state.json');
      const state = JSON.parse(readFileSync(file, 'utf8'));
      state.plan.notesReads = false;
      writeFileSync(file, JSON.stringify(state));
      expect(await checkout.used([])).toMatchObject({
        ...{ status: 1, stdout: '', stderr: expect.stringMatching(/does not note .*--files FILE/) },
      });
      expect(checkout.registry.used).toMatchObject([{ read: null }]);
      checkout.folder.write({ 'used.txt': 'recordings/a.json' });
      expect(await checkout.used(['--files', 'used.txt'])).toMatchObject({ status: 0 });
    });

    it('without a pull, or with a list that cannot be read, fails', async () => {
      await using checkout = await pulled();
      expect(await checkout.used(['--files', 'nosuch'])).toMatchObject({
        ...{ status: 2, stderr: expect.stringMatching(/--files cannot be read/) },
      });
      using empty = new TemporaryFolder();
      expect(await checkout.used(['--directory', empty.path])).toMatchObject({
        ...{ status: 1, stderr: expect.stringMatching(/^fixtures: Nothing was pulled/) },
      });
      expect(checkout.registry.used).toEqual([]);
    });
  });

  it('exits with 1 if the registry refuses, and does not print the token', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.fault = (_, response) => {
      response.writeHead(401).end();
      return true;
    };
    const ended = await fixtures(['pull', '--directory', folder.path, '--json'], environmentOf(registry));
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^fixtures: .*token is not valid/),
    });
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(ended.stdout + ended.stderr).not.toContain('secret');
  });

  it.each([
    ['content', 3],
    ['behaviour', 0],
  ])('drift --fail-on %s exits with %i', async (failOn, status) => {
    await using registry = await StandInRegistry.start();
    const counts = { added: 0, removed: 0, changed: 1, rekeyed: 0, moved: 0, unchanged: 2 };
    const report = {
      summary: counts,
      unaccepted: 1,
      unacceptedLevel: 'CONTENT',
      text: '1 test reworded',
      markdown: '**1**',
      url: 'http://r',
    };
    registry.fault = (_, response) => {
      response.end(JSON.stringify({ data: { repository: { drift: report } } }));
      return true;
    };
    const ended = await fixtures(
      ['drift', '--pull-request', '5', '--fail-on', failOn],
      environmentOf(registry),
    );
    expect(ended).toEqual({ status, stdout: '1 test reworded\n', stderr: '' });
    expect(registry.asked[0]?.json).toMatchObject({ owner: 'acme', name: 'tests', pullRequest: 5 });
  });

  it.each([
    [['--accept'], '--accept requires --pull-request'],
    [['--pull-request', '5', '--level', 'content'], 'use them with --accept'],
    [['--pull-request', '5', '--paths', 'a'], 'use them with --accept'],
  ])('drift %j is wrong usage', async (words, message) => {
    const ended = await fixtures(['drift', ...words], { FIXTURE_REGISTRY_URL: 'http://127.0.0.1:9' });
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });

  it('prints its version and options', async () => {
    expect(await fixtures(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    expect((await fixtures(['push', '--help'])).stdout).toMatch(/--prune/);
  });
});

describe('colour', () => {
  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('with %j: %s', async (variables, coloured) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a' });
    registry.hold('main', {});
    const environment = { ...environmentOf(registry), ...variables };
    const words = ['status', '--branch', 'main', '--directory', folder.path];
    const { status, stdout } = await fixtures(words, environment);
    expect([status, stdout.includes('\u001b[1mmain at version 1\u001b[22m')]).toEqual([0, coloured]);
    const { stderr } = await fixtures(['pull', '--nonsense'], environment);
    expect(
      stderr.startsWith(coloured ? '\u001b[31mfixtures: unknown option' : 'fixtures: unknown option'),
    ).toBe(true);
  });
});

it('folds long lists, unless --all is given', async () => {
  await using registry = await StandInRegistry.start();
  const files = Array.from({ length: 30 }, (_, index) => [`recordings/${index}.json`, `${index}`]);
  using folder = new TemporaryFolder().write(Object.fromEntries(files));
  registry.hold('main', {});
  const words = ['status', '--branch', 'main', '--directory', folder.path];
  const short = await fixtures(words, environmentOf(registry));
  expect(short.stdout).toContain('30 new (a push adds them):\n');
  expect(short.stdout.match(/recordings\/\d+\.json/g)).toHaveLength(20);
  expect(short.stdout).toContain('… and 10 more (--all lists them)');
  const complete = await fixtures([...words, '--all'], environmentOf(registry));
  expect(complete.stdout.match(/recordings\/\d+\.json/g)).toHaveLength(30);
});

it('the version is that of the package', async () => {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
  expect(await fixtures(['--version'])).toMatchObject({ status: 0, stdout: `${manifest.version}\n` });
});

describe('drift --format json', () => {
  it('contains every change, page by page', async () => {
    await using registry = await StandInRegistry.start();
    const counts = { added: 2, removed: 0, changed: 0, rekeyed: 0, moved: 0, unchanged: 0 };
    const page = (path: string, endCursor: string | null) => ({
      changes: { nodes: [{ path }], pageInfo: { hasNextPage: endCursor !== null, endCursor } },
    });
    const drifts = [
      { headline: '2 new', summary: counts, unaccepted: 2, unacceptedLevel: null, text: '2 new\n' },
      page('a', 'after a'),
      page('b', null),
    ];
    registry.fault = (_, response) => {
      response.end(JSON.stringify({ data: { repository: { drift: drifts.shift() } } }));
      return true;
    };
    const words = ['drift', '--pull-request', '5', '--format', 'json', '--fail-on', 'any'];
    const ended = await fixtures(words, environmentOf(registry));
    expect(ended.status).toBe(3);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      headline: '2 new',
      added: 2,
      changes: [
        { path: 'a', reasons: [] },
        { path: 'b', reasons: [] },
      ],
    });
    expect(registry.asked.at(-1)?.json['after']).toBe('after a');
  });
});
