import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// A command that would lose recordings, or that finds nothing to do, fails with the reason.

const one = record({ test: 'tests/test_a.py::test_one', model: 'gpt-4o', ask: 'One?', say: 'One.' });
const two = record({ test: 'tests/test_a.py::test_two', model: 'gpt-4o', ask: 'Two?', say: 'Two.' });
const three = record({ test: 'tests/test_a.py::test_three', model: 'llama', ask: 'Three?', say: 'Three.' });
const list = record({ test: null, ask: 'Which models?', say: 'Many.' });
const ALL = filesOf(one, two, three);

let registry: TestRegistry;
let at: Workplace;
let repositories = 0;
beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
});
afterAll(() => registry[Symbol.asyncDispose]());
beforeEach(() => {
  at = { registry, repository: `acme/kept-${++repositories}` };
});

const fixtures = (folder: Folder, ...words: string[]) => runFixtures(at, folder, words);
const said = (words: RegExp | string, status = 1) => ({ status, stderr: expect.stringMatching(words) });

/** Pushes files to `main` from a new folder. */
async function onMain(files: Record<string, string>): Promise<void> {
  await using folder = await makeFolder(files);
  await fixturesJson(at, folder, 'push', '--branch', 'main');
}

/** The content of `main`, by a fresh pull. */
async function held(): Promise<string[]> {
  await using folder = await makeFolder();
  await fixturesJson(at, folder, 'pull', '--branch', 'main');
  return [...(await folder.files()).keys()];
}

async function git(folder: Folder, ...words: string[]): Promise<void> {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  await promisify(execFile)('git', [...identity, ...words], { cwd: folder.path });
}

async function commitAll(folder: Folder, branch = 'main', forced = false): Promise<void> {
  await git(folder, 'init', '--quiet', '--initial-branch', branch);
  await git(folder, 'add', '--all', ...(forced ? ['--force'] : []));
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'files');
}

describe('push --prune', () => {
  it('refuses to empty a branch from a folder without its recordings, unless forced', async () => {
    await onMain(ALL);
    await using empty = await makeFolder();
    const pruning = ['push', '--branch', 'main', '--prune'];
    expect(await fixtures(empty, ...pruning)).toMatchObject(said(/remove 3 of 3 recordings.*--prune=force/s));
    await using pulled = await makeFolder();
    await fixtures(pulled, 'pull', '--branch', 'main');
    await pulled.remove(one.path);
    await pulled.remove(two.path);
    expect(await fixtures(pulled, ...pruning)).toMatchObject(said(/remove 2 of 3 recordings/));
    expect(await held()).toEqual(Object.keys(ALL).sort());

    const forced = await fixtures(pulled, 'push', '--branch', 'main', '--prune=force');
    expect(forced).toMatchObject({ status: 0, stdout: expect.stringContaining(`removed ${one.path}`) });
    expect(await held()).toEqual([three.path]);
  });

  it('refuses after a failed pull, whatever is on disk', async () => {
    await onMain(ALL);
    await using folder = await makeFolder(filesOf(one, two));
    expect((await fixtures(folder, 'pull', '--branch', 'mian')).status).toBe(1);
    const pruned = await fixtures(folder, 'push', '--branch', 'main', '--prune');
    expect(pruned).toMatchObject(said('The last pull to this directory failed'));
    expect(await held()).toHaveLength(3);
  });

  it('removes only what was pulled, even if that was the base', async () => {
    await onMain(ALL);
    await using folder = await makeFolder();
    await fixtures(folder, 'pull', '--branch', 'main');
    await onMain({ ...ALL, [list.path]: list.text });
    await folder.remove(one.path);
    const pushed = await fixturesJson<{ removedPaths: string[] }>(
      at,
      folder,
      ...['push', '--pull-request', '7', '--base', 'main', '--prune'],
    );
    expect(pushed.removedPaths).toEqual([one.path]);
  });

  it('lists the first removed paths as text, and all of them as JSON', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`tests/recordings/${index}.json`, `{"n":${index}}`]),
    );
    await onMain(many);
    await using folder = await makeFolder(many);
    for (const path of Object.keys(many).slice(0, 25)) await folder.remove(path);
    await using same = await makeFolder(Object.fromEntries(await folder.files()));
    const { stdout } = await fixtures(folder, 'push', '--branch', 'main', '--prune');
    expect(stdout.match(/^removed tests/gm)).toHaveLength(20);
    expect(stdout).toContain('… and 5 more (--all lists them)');
    await onMain(many);
    const json = await fixturesJson<{ removedPaths: string[] }>(
      at,
      same,
      ...['push', '--branch', 'main', '--prune'],
    );
    expect(json.removedPaths).toHaveLength(25);
  });
});

describe('the settings of a repository', () => {
  const SETTINGS = '.github/fixtures.yml';
  const LEAKED = { 'tests/recordings/key.json': `{"key":"AKIA${'Q7R2ZTV9XLPWM4TY'}"}` };
  const allow = (path: string) => `secrets:\n  allow:\n    - path: ${path}\n      reason: an example\n`;

  /** Whether the allow-list of the branch still accepts the recording. */
  async function stillAllowed(): Promise<boolean> {
    await using folder = await makeFolder({ ...LEAKED });
    const ended = await fixtures(folder, 'push', '--pull-request', `${++pulls}`, '--base', 'main');
    return ended.status === 0;
  }
  let pulls = 100;

  it('stay when the pushed folder has no settings file, and change with a commit that has none', async () => {
    await onMain({ ...filesOf(one), [SETTINGS]: allow('tests/recordings/key.json') });
    expect(await stillAllowed()).toBe(true);
    await onMain(filesOf(two));
    expect(await stillAllowed()).toBe(true);

    await using checkout = await makeFolder({ ...filesOf(three), [SETTINGS]: allow('tests/**') });
    await commitAll(checkout);
    await checkout.remove(SETTINGS);
    const kept = await fixtures(checkout, 'push', '--branch', 'main');
    expect(kept).toMatchObject(said('settings of the repository do not change', 0));
    expect(await stillAllowed()).toBe(true);

    await git(checkout, 'commit', '--quiet', '--all', '--message', 'no settings');
    expect(await fixtures(checkout, 'push', '--branch', 'main')).toMatchObject({ status: 0, stderr: '' });
    expect(await stillAllowed()).toBe(false);
  });
});

describe('a target that does not exist', () => {
  it.each([
    ['pull', '--branch', 'nosuch'],
    ['pull', '--pull-request', '4711'],
    ['pull', '--commit', 'a'.repeat(40)],
    ['pull', '--models', 'nosuch'],
    ['pull', '--tests', 'tests/nosuch*'],
    ['pull', '--paths', 'nosuch/**/*.json'],
    ['status', '--branch', 'nosuch'],
    ['status', '--pull-request', '4711'],
    ['status', '--branch', 'main', '--paths', 'nosuch/**'],
    ['drift', '--branch', 'nosuch'],
    ['drift', '--pull-request', '4711'],
    ['drift', '--pull-request', '4711', '--format', 'json'],
    ['drift', '--commit', 'a'.repeat(40)],
    ['explain', '--branch', 'nosuch', one.path],
    ['explain', '--branch', 'main', 'f'.repeat(64)],
    ['push', '--branch', 'main', '--paths', 'nosuch/**/*.json'],
  ])('fails: %s %s %s %s', async (...words) => {
    await onMain({ ...ALL, [list.path]: list.text });
    await using folder = await makeFolder();
    const ended = await fixtures(folder, ...words);
    expect(ended.status).toBe(1);
    expect(ended.stderr + ended.stdout).toMatch(/nosuch|4711|a{40}|f{64}/);
    expect(await folder.files()).toEqual(new Map());
  });

  it('falls back to the default branch only if it is the one checked out', async () => {
    await onMain(ALL);
    await using folder = await makeFolder();
    await commitAll(folder, 'feature');
    for (const words of [['pull'], ['pull', '--branch', 'feature']]) {
      const pulled = await fixtures(folder, ...words);
      expect(pulled).toMatchObject(said(/branch feature, which is checked out.*pulled those of main/, 0));
    }
    expect((await folder.files()).size).toBe(3);
    expect(await fixtures(folder, 'pull', '--branch', 'feature2')).toMatchObject(said('branch feature2'));
    expect(await fixtures(folder, 'drift')).toMatchObject(said('branch feature'));
    expect(await fixtures(folder, 'status')).toMatchObject({ status: 0 });
  });

  it('reports the part of a selection that matches nothing and continues with the rest', async () => {
    await onMain(ALL);
    await using folder = await makeFolder();
    const pulled = await fixtures(folder, 'pull', '--models', 'llama', '--models', 'lama');
    expect(pulled).toMatchObject(said('No recording matches the model "lama"', 0));
    expect([...(await folder.files()).keys()]).toEqual([three.path]);
  });
});

describe('a push that finds no file', () => {
  it('names the patterns and the nearest folders, and fails if paths were given', async () => {
    await using folder = await makeFolder({ 'tests/unit/recordings/a.json': '{}' });
    const paths = ['--paths', 'test/unit/records/*.json'];
    const pushed = await fixtures(folder, 'push', '--branch', 'main', ...paths);
    expect(pushed).toMatchObject(said(/"test\/unit\/records\/\*\.json".*tests\/unit\/recordings/));
  });

  it('only warns with the default paths, because a first run may record nothing', async () => {
    await using folder = await makeFolder({ 'a.txt': 'a' });
    const pushed = await fixtures(folder, 'push', '--branch', 'main');
    expect(pushed).toMatchObject(said(/warning: No file in .* matches "\*\*\/recordings/, 0));
  });

  it('warns of the one of several patterns that matches nothing', async () => {
    await using folder = await makeFolder(ALL);
    const paths = ['--paths', '**/recordings/**/*.json', '--paths', 'casettes/*.yaml'];
    const pushed = await fixtures(folder, 'push', '--branch', 'main', ...paths);
    expect(pushed).toMatchObject(said(/warning: No file in .* matches "casettes\/\*\.yaml"/, 0));
  });

  it('rejects patterns in another syntax before anything is pushed', async () => {
    await using folder = await makeFolder({ ...ALL, 'tests/skip/recordings/b.json': '{}' });
    for (const [pattern, words] of [
      ['!tests/skip/**', 'cannot exclude files'],
      ['tests\\recordings\\*.json', 'write tests/recordings/\\*\\.json'],
      ['./tests/recordings/*.json', 'write tests/recordings/\\*\\.json'],
      ['tests/recordings', 'names a folder'],
      ['tests/recordings/?.json', 'write tests/recordings/\\*\\.json'],
    ] as const) {
      const paths = ['--paths', '**/recordings/**/*.json', '--paths', pattern];
      for (const command of ['push', 'pull', 'status']) {
        expect(await fixtures(folder, command, '--branch', 'main', ...paths)).toMatchObject(said(words, 2));
      }
    }
    const braces = ['--paths', '**/{recordings,cassettes}/**/*.json'];
    const pushed = await fixtures(folder, 'push', '--branch', 'main', ...braces);
    expect(pushed).toMatchObject({ status: 0, stdout: expect.stringContaining('4 added') });
    await using there = await makeFolder();
    expect((await fixtures(there, 'pull', ...braces)).status).toBe(0);
    expect((await there.files()).size).toBe(4);
  });

  it('refuses recordings behind a linked folder, and reports that a linked file is not pushed', async () => {
    await using elsewhere = await makeFolder({ 'a.json': '{}' });
    await using folder = await makeFolder({ 'tests/other/recordings/b.json': '{}' });
    const link = join(folder.path, 'tests/recordings');
    await symlink(elsewhere.path, link);
    const refused = await fixtures(folder, 'push', '--branch', 'main');
    expect(refused).toMatchObject(said(/tests\/recordings, which is a symbolic link, not a folder/));
    await folder.remove('tests/recordings');
    await mkdir(link);
    await symlink(join(elsewhere.path, 'a.json'), join(link, 'a.json'));
    const pushed = await fixtures(folder, 'push', '--branch', 'main');
    expect(pushed.stdout).toContain('tests/recordings/a.json: not pushed: it is a symbolic link');
  });
});

describe('a forged state file', () => {
  const SOURCE = 'export const check = () => true;\n';

  async function prepared(): Promise<Folder> {
    const row = (path: string) => [path, digestOf(Buffer.from(SOURCE)), SOURCE.length, 0, 1];
    const paths = ['src/guard.ts', 'conftest.py', 'tests/recordings/mine.json'];
    const state = {
      ...{ format: 1, registry: registry.url, repository: at.repository, target: 'x', selection: null },
      ...{ snapshot: null, baseline: null, version: null, files: paths.map(row), others: [] },
    };
    const files = Object.fromEntries(paths.map((path) => [path, SOURCE]));
    return makeFolder({ ...files, '.fixtures/state.json': JSON.stringify(state) });
  }

  it('does not make a pull remove files outside the recording folders', async () => {
    await onMain(ALL);
    await using folder = await prepared();
    const pulled = await fixtures(folder, 'pull', '--branch', 'main');
    expect(pulled).toMatchObject(said(/Not removed.*src\/guard\.ts.*outside of the recordings/, 0));
    const left = [...(await folder.files()).keys()];
    expect(left).toEqual(['conftest.py', 'src/guard.ts', ...Object.keys(ALL)].sort());
  });

  it('is ignored when git tracks it, and its entries for tracked files are ignored too', async () => {
    await onMain(ALL);
    await using folder = await prepared();
    await commitAll(folder, 'feature', true);
    const pulled = await fixtures(folder, 'pull', '--branch', 'main');
    expect(pulled).toMatchObject(said('state.json is tracked by git', 0));
    expect((await folder.files()).has('tests/recordings/mine.json')).toBe(true);

    await using untracked = await prepared();
    await untracked.write({ '.gitignore': '.fixtures\n' });
    await git(untracked, 'init', '--quiet');
    await git(untracked, 'add', 'tests');
    const again = await fixtures(untracked, 'pull', '--branch', 'main');
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining('Not removed') });
    expect((await untracked.files()).has('tests/recordings/mine.json')).toBe(true);
  });
});
