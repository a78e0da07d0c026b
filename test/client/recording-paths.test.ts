import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { greeting } from '../support/cassette.js';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// Which files are recordings: --paths, else `recordings` of .github/fixtures.yml, else the default paths.

const BY_DEFAULT = {
  'cassettes/a.json': '{"a": 1}',
  'tests/cassettes/m/b.yaml': greeting('Hello?', 'Hello!'),
  'tests/cassettes/m/c.yml': greeting('Hi?', 'Hi!'),
  'tests/cassettes/m/d.yaml.gz': 'not gzip',
  'tests/recordings/e.json': '{"e": 1}',
  'spec/vcr_cassettes/chat/f.yml': 'http_interactions: []',
  'src/g.har': '{"log": {"entries": []}}',
};
const OTHERS = {
  'tests/m.yaml': 'a: 1',
  'tests/recordings/e.yaml': 'e: 1',
  'spec/vcr_cassettes/chat/f.json': '{}',
  'tests/cassettes/run.py': 'print(1)',
  'tests/cassettes/compose.yaml': 'services: {}',
  'node_modules/p/cassettes/a.yaml': 'a: 1',
  '.venv/lib/x.har': '{}',
  '.git/cassettes/a.yaml': 'a: 1',
};
const TAPES = 'recordings:\n  - paths: tapes/**/*.{yaml,yml}\n';
const SETTINGS = '.github/fixtures.yml';

let registry: TestRegistry;
let at: Workplace;
let repositories = 0;
beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
});
afterAll(() => registry[Symbol.asyncDispose]());
beforeEach(() => {
  at = { registry, repository: `acme/paths-${++repositories}` };
});

const fixtures = (folder: Folder, ...words: string[]) => runFixtures(at, folder, words);
const namesIn = async (folder: Folder) => [...(await folder.files()).keys()];

/** Pushes a folder to `main`, and returns what a pull writes into an empty one. */
async function pushed(folder: Folder, ...words: string[]): Promise<string[]> {
  await fixturesJson(at, folder, 'push', '--branch', 'main', ...words);
  await using fresh = await makeFolder();
  await fixturesJson(at, fresh, 'pull', '--branch', 'main', '--paths', '**');
  return await namesIn(fresh);
}

describe('the default paths', () => {
  it('are pushed and pulled, and nothing else', async () => {
    await using folder = await makeFolder({ ...BY_DEFAULT, ...OTHERS });
    expect(await pushed(folder)).toEqual(Object.keys(BY_DEFAULT).sort());
    await using fresh = await makeFolder();
    await fixturesJson(at, fresh, 'pull', '--branch', 'main');
    expect(await namesIn(fresh)).toEqual(Object.keys(BY_DEFAULT).sort());
    const status = await fixturesJson<{ unchanged: number; new: string[] }>(at, folder, 'status');
    expect(status).toMatchObject({ unchanged: 7, new: [] });
  });

  it('do not include other files of the registry', async () => {
    await using folder = await makeFolder({ 'data/a.yaml': 'a: 1' });
    await fixturesJson(at, folder, 'push', '--branch', 'main', '--paths', 'data/*.yaml');
    await using fresh = await makeFolder();
    const pulled = await fixtures(fresh, 'pull', '--branch', 'main');
    expect(pulled).toMatchObject({ status: 1, stderr: expect.stringContaining('data/a.yaml') });
    expect(pulled.stderr).toMatch(
      /outside of the recordings' paths.*`recordings` in \.github\/fixtures\.yml/,
    );
    expect(await namesIn(fresh)).toEqual([]);
  });
});

describe('paths of the settings file', () => {
  const files = { 'tapes/chat/a.yaml': greeting('A?', 'A.'), 'tapes/b.yml': greeting('B?', 'B.') };

  it('replace the default ones for push, pull, status and rekey', async () => {
    await using folder = await makeFolder({ ...BY_DEFAULT, ...files, [SETTINGS]: TAPES });
    expect(await pushed(folder)).toEqual(Object.keys(files).sort());
    await using fresh = await makeFolder({ [SETTINGS]: TAPES });
    await fixturesJson(at, fresh, 'pull', '--branch', 'main');
    expect(await namesIn(fresh)).toEqual([SETTINGS, ...Object.keys(files).sort()]);
    const status = { unchanged: 2, new: [], missing: [] };
    expect(await fixturesJson(at, folder, 'status', '--branch', 'main')).toMatchObject(status);
    expect(await fixturesJson(at, folder, 'rekey', '--dry-run')).toMatchObject({ unknown: 2, renamed: [] });
  });

  it('are overruled by --paths', async () => {
    await using folder = await makeFolder({ ...BY_DEFAULT, ...files, [SETTINGS]: TAPES });
    expect(await pushed(folder, '--paths', '**/*.har')).toEqual(['src/g.har']);
    await folder.write({ [SETTINGS]: 'recordings: 7' });
    expect(await pushed(folder, '--paths', 'tests/**/*.{yaml,yml}')).toEqual([
      'src/g.har',
      'tests/cassettes/m/b.yaml',
      'tests/cassettes/m/c.yml',
    ]);
  });

  it('are refused with their line, instead of pushing nothing', async () => {
    await using folder = await makeFolder({ ...files });
    for (const [text, words] of [
      ['recordings:\n  - paths: tapes\n', /line 2: .* names a folder\. Write tapes\/\*\* /],
      ['recordings:\n  - paths: [tapes/**\n', /line \d: /],
    ] as const) {
      await folder.write({ [SETTINGS]: text });
      for (const command of ['push', 'pull', 'status', 'rekey']) {
        const words1 = command === 'rekey' ? [command] : [command, '--branch', 'main'];
        const ended = await fixtures(folder, ...words1);
        expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(words) });
        expect(ended.stderr).toContain(SETTINGS);
      }
    }
  });

  it('that match nothing are a warning with the nearest folders', async () => {
    await using folder = await makeFolder({ 'tests/cassettes/m/b.yaml': 'a: 1', [SETTINGS]: TAPES });
    const ended = await fixtures(folder, 'push', '--branch', 'main');
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(
      /warning: No file .* "tapes\/\*\*\/\*\.\{yaml,yml\}".*: tests\/cassettes\/m/,
    );
  });
});

describe('--paths', () => {
  it('in another syntax is wrong usage', async () => {
    await using folder = await makeFolder(BY_DEFAULT);
    for (const [pattern, words] of [
      ['!tests/**', 'cannot exclude'],
      ['tests\\cassettes\\*', 'write tests/cassettes/*'],
      ['./tests/cassettes/**', 'write tests/cassettes/**'],
      ['tests/cassettes', 'Write tests/cassettes/**'],
      ['tests/cassettes/', 'Write tests/cassettes/**'],
      ['tests/{a,{b,c}}/*', 'braces in braces'],
      ['tests/{a,b/*', 'without a `}`'],
      [`${'{a,b}'.repeat(7)}/*`, 'more than 64 alternatives'],
    ] as const) {
      for (const command of ['push', 'pull', 'status']) {
        const ended = await fixtures(folder, command, '--branch', 'main', '--paths', pattern);
        expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(words) });
      }
    }
  });

  it('that matches nothing fails a push', async () => {
    await using folder = await makeFolder(BY_DEFAULT);
    const ended = await fixtures(folder, 'push', '--branch', 'main', '--paths', 'casettes/**/*.{yaml,yml}');
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('tests/cassettes/m') });
    expect(ended.stderr).toContain('"casettes/**/*.{yaml,yml}"');
  });

  it('into a linked folder is refused, also for cassettes', async () => {
    await using elsewhere = await makeFolder({ 'm/a.yaml': 'a: 1', 'm/b.har': '{}' });
    await using folder = await makeFolder({ 'tests/recordings/e.json': '{}' });
    await mkdir(join(folder.path, 'node_modules'));
    await symlink(elsewhere.path, join(folder.path, 'node_modules/cassettes'));
    await symlink(elsewhere.path, join(folder.path, '.venv'));
    expect((await fixtures(folder, 'push', '--branch', 'main')).status).toBe(0);
    await symlink(elsewhere.path, join(folder.path, 'tests/cassettes'));
    for (const words of [[], ['--paths', 'tests/cassettes/**/*.{yaml,yml}']]) {
      const ended = await fixtures(folder, 'push', '--branch', 'main', ...words);
      expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('is a symbolic link') });
    }
  });
});
