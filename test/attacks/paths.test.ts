import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { pull } from '@fixture-registry/client';
import { describe, expect, it } from 'vitest';
import { recordingPlaces } from '../../packages/client/src/checkout/discover/recording-places.js';
import { requireDistinctPaths } from '../../packages/client/src/pull/check/name-collisions.js';
import { StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';

/*
 * A registry that plans malicious paths. It is a stand-in that listens on a port. The client is the
 * `fixtures` command, as in CI, unless a test needs a hook inside the process.
 */

const MAIN = { target: { branch: 'main' } };

function runPull(registry: StandInRegistry, folder: Folder, ...words: string[]) {
  const at = {
    registry: { url: registry.connection.registry, adminToken: 'secret-token' },
    repository: 'acme/tests',
  };
  return runFixtures(at, folder, ['pull', '--branch', 'main', ...words]);
}

const OUTSIDE: [path: string, said: RegExp][] = [
  ['../recordings/outside.json', /contains the segment \.\./],
  ['recordings/../../outside.json', /contains the segment \.\./],
  ['/tmp/recordings/absolute.json', /is absolute/],
  ['C:/recordings/a.json', /drive letter/],
  ['recordings\\..\\..\\a.json', /backslash/],
  ['.git/recordings/hooks.json', /names the \.git folder/],
  ['recordings/.GIT/config.json', /names the \.git folder/],
  ['recordings/.g\u200cit/config.json', /names the \.git folder/],
  ['recordings/git~1/config.json', /names the \.git folder/],
  ['recordings/.git::$INDEX_ALLOCATION/a.json', /names the \.git folder/],
  ['.github/workflows/recordings/ci.json', /lies in \.github\/workflows/],
  ['.GitHub/Work\ufb02ow\u017f/recordings/ci.json', /lies in \.github\/workflows/],
  ['recordings/con.json', /device on Windows/],
  ['recordings/NUL', /device on Windows/],
  ['recordings/com1.a.json', /device on Windows/],
  ['recordings/a.json. ', /ends with a dot or a space/],
  ['.fixtures/recordings/state.json', /client's own folder/],
  ['recordings/\n::set-output name=a::b.json', /control character/],
  ['src/index.ts', /outside of the recordings' paths/],
  ['conftest.py', /outside of the recordings' paths/],
  ['package.json', /outside of the recordings' paths/],
  ['recordings/conftest.py', /outside of the recordings' paths/],
  ['recordings/package.json', /tools load or run/],
  ['node_modules/left-pad/recordings/a.json', /where tools look/],
  ['.vscode/recordings/tasks.json', /where tools look/],
];

describe('a malicious registry', () => {
  it.each(OUTSIDE)('plans the path %j, and the client refuses it and writes nothing', async (path, said) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/first.json': '{}', [path]: 'evil' });
    const ended = await runPull(registry, folder);
    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(said) });
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([...(await folder.files()).keys()]).toEqual([]);
    expect(registry.drain('/content')).toEqual([]);
  });

  it('plans a path outside the recording folders, and the error suggests --paths', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'tapes/a.yaml': 'a: 1' });
    expect((await runPull(registry, folder)).stderr).toMatch(/--paths/);
    expect(await runPull(registry, folder, '--paths', 'tapes/*.yaml')).toMatchObject({ status: 0 });
    expect([...(await folder.files()).keys()]).toEqual(['tapes/a.yaml']);
  });

  it('plans a path outside the requested --paths, and the client refuses it', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'cassettes/a.yaml': 'a: 1' });
    const elsewhere = { path: 'recordings/b.json', digest: 'b'.repeat(64), size: 1 };
    registry.editPlan = (plan) => (plan['files'] as unknown[]).push(elsewhere);
    const ended = await runPull(registry, folder, '--paths', 'cassettes/*.yaml');
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/recordings\/b\.json.*outside/) });
    expect([...(await folder.files()).keys()]).toEqual([]);
  });

  it.each([
    'conftest.py',
    'tests/conftest.py',
    'package.json',
    'tests/tsconfig.json',
    '.npmrc',
    '.github/actions/setup/action.yml',
    '.claude/settings.json',
    'Makefile',
    'lib/a.pth',
    'src/index.ts',
    'run.sh',
    'PACKAGE.JSON',
    'pac\u212aage.json',
  ])('plans %s, and the client refuses it even if a wildcard matches every path', async (path) => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'a.json': '{}', [path]: 'evil' });
    const ended = await runPull(registry, folder, '--paths', '**/*', '--paths', '**');
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/tools (?:load|look)|as code does/),
    });
    expect([...(await folder.files()).keys()]).toEqual([]);
  });

  it('plans a file that tools load, and the client accepts it only if a pattern is specific to it', () => {
    expect(recordingPlaces(['tests/**', 'tests/a/package.json'])('tests/a/package.json')).toBeNull();
    expect(recordingPlaces(['tests/a/package.json'])('tests/b/package.json')).toMatch(/outside/);
    expect(recordingPlaces(['cassettes/*.py'])('cassettes/a.py')).toBeNull();
    expect(recordingPlaces(['cassettes/*.py'])('cassettes/conftest.py')).toMatch(/tools load/);
    expect(recordingPlaces(['.vscode/*.json'])('.vscode/a.json')).toBeNull();
  });

  it('plans a path twice, or as a file and as a folder, and the client refuses it', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    registry.hold('main', { 'recordings/a.json': 'x', 'recordings/a.json/recordings/b.json': 'y' });
    expect((await runPull(registry, folder)).stderr).toMatch(/both as a file and as a folder/);
    registry.hold('main', { 'recordings/a.json': 'x' });
    registry.editPlan = (plan) => (plan['files'] as unknown[]).push((plan['files'] as unknown[])[0]);
    expect((await runPull(registry, folder)).stderr).toMatch(/twice/);
    expect([...(await folder.files()).keys()]).toEqual([]);
  });
});

describe('colliding paths', () => {
  const careless = () => false;
  it.each([
    ['recordings/a.json', 'recordings/A.json'],
    ['recordings/\u00e9.json', 'recordings/e\u0301.json'],
    ['Recordings/a.json', 'recordings/A.json'],
    ['recordings/stra\u00dfe.json', 'recordings/STRASSE.json'],
    ['recordings/a', 'recordings/A/b.json'],
  ])('%j and %j are refused if one would overwrite the other', (one, other) => {
    const files = [{ path: one }, { path: other }];
    expect(() => requireDistinctPaths('/nowhere', files, careless)).toThrow(
      /are one file on this file system/,
    );
    expect(() => requireDistinctPaths('/nowhere', files, () => true)).not.toThrow();
  });

  it('paths are all written if the file system distinguishes them, and all refused otherwise', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    const apart = await tellsCasesApart(folder);
    const files = {
      'recordings/a.json': 'small',
      'recordings/A.json': 'large',
      'recordings/\u00e9.json': 'e',
    };
    registry.hold('main', files);
    const ended = await runPull(registry, folder);
    expect(ended.status).toBe(apart ? 0 : 1);
    const written = [...(await folder.files())].map(([path, bytes]) => [path, bytes.toString()]);
    expect(Object.fromEntries(written)).toEqual(apart ? files : {});
    expect(readdirSync(join(folder.path, '.fixtures')).filter((name) => name.startsWith('names-'))).toEqual(
      [],
    );
  });
});

describe('links in the checkout', () => {
  it('a symbolic link in place of a recording folder is not followed by a pull', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    await using outside = await makeFolder();
    symlinkSync(outside.path, join(folder.path, 'recordings'));
    registry.hold('main', { 'recordings/deep/a.json': 'evil' });
    expect((await runPull(registry, folder)).stderr).toMatch(
      /would go through recordings, which is a symbolic link/,
    );
    expect(readdirSync(outside.path)).toEqual([]);
  });

  it('a symbolic link in place of a recording is neither followed nor replaced by a pull', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ victim: 'mine' });
    mkdirSync(join(folder.path, 'recordings'));
    symlinkSync('../victim', join(folder.path, 'recordings/a.json'));
    registry.hold('main', { 'recordings/a.json': 'evil' });
    expect((await runPull(registry, folder)).stderr).toMatch(/there is a symbolic link/);
    expect(readFileSync(join(folder.path, 'victim'), 'utf8')).toBe('mine');
    expect(lstatSync(join(folder.path, 'recordings/a.json')).isSymbolicLink()).toBe(true);
  });

  it.each(['there before', 'made by the pull'])(
    'a symbolic link that replaces a folder (%s) during the download is not followed',
    async (when) => {
      await using registry = await StandInRegistry.start();
      await using outside = await makeFolder();
      mkdirSync(join(outside.path, 'deep'));
      await using folder = await makeFolder(
        when === 'there before' ? { 'tests/recordings/deep/mine.json': 'm' } : {},
      );
      const recordings = join(folder.path, 'tests/recordings');
      registry.hold('main', {
        'tests/recordings/deep/a.json': 'evil',
        'tests/recordings/deep/b.json': 'evil too',
      });
      registry.fault = ({ url }) => {
        if (url === '/graphql') return false;
        // After the client checked the paths, and before it writes the first file.
        if (when === 'there before') renameSync(recordings, `${recordings}-moved`);
        else mkdirSync(join(folder.path, 'tests'), { recursive: true });
        symlinkSync(outside.path, recordings);
        return false;
      };
      const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
      await expect(pulling).rejects.toThrow(/would go through tests\/recordings, which is a symbolic link/);
      expect(readdirSync(outside.path, { recursive: true })).toEqual(['deep']);
    },
  );

  it('a symbolic link named .fixtures does not redirect the files of the client', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder();
    await using outside = await makeFolder();
    symlinkSync(outside.path, join(folder.path, '.fixtures'));
    registry.hold('main', { 'recordings/a.json': '{}' });
    expect((await runPull(registry, folder)).stderr).toMatch(/\.fixtures is a symbolic link/);
    expect(readdirSync(outside.path)).toEqual([]);
  });

  it('a symbolic link named .fixtures/replaced does not redirect replaced files', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ 'recordings/a.json': 'mine' });
    await using outside = await makeFolder();
    mkdirSync(join(folder.path, '.fixtures'));
    symlinkSync(outside.path, join(folder.path, '.fixtures/replaced'));
    registry.hold('main', { 'recordings/a.json': 'theirs' });
    expect((await runPull(registry, folder)).stderr).toMatch(
      /\.fixtures\/replaced, which is a symbolic link/,
    );
    expect(readdirSync(outside.path)).toEqual([]);
    expect(readFileSync(join(folder.path, 'recordings/a.json'), 'utf8')).toBe('mine');
  });

  it('a symbolic link in place of the state of the client is replaced, and neither read nor followed', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ victim: 'mine' });
    mkdirSync(join(folder.path, '.fixtures'));
    symlinkSync('/dev/zero', join(folder.path, '.fixtures/state.json'));
    registry.hold('main', { 'recordings/a.json': '{}' });
    expect(await runPull(registry, folder)).toMatchObject({ status: 0 });
    expect(lstatSync(join(folder.path, '.fixtures/state.json')).isFile()).toBe(true);
  });

  it('a symbolic link in place of a recording is not followed by a push', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ 'secret.txt': 'key', 'recordings/a.json': '{}' });
    symlinkSync('../secret.txt', join(folder.path, 'recordings/b.json'));
    symlinkSync('..', join(folder.path, 'recordings/recordings'));
    const at = {
      registry: { url: registry.connection.registry, adminToken: 'secret-token' },
      repository: 'acme/tests',
    };
    expect(await runFixtures(at, folder, ['push', '--branch', 'main'])).toMatchObject({ status: 0 });
    expect(Object.keys(registry.held('main'))).toEqual(['recordings/a.json']);
  });

  it('a hard link in place of a recording is replaced, and the other name of the file keeps its bytes', async () => {
    await using registry = await StandInRegistry.start();
    await using folder = await makeFolder({ victim: 'mine' });
    mkdirSync(join(folder.path, 'recordings'));
    linkSync(join(folder.path, 'victim'), join(folder.path, 'recordings/a.json'));
    registry.hold('main', { 'recordings/a.json': 'theirs' });
    expect(await runPull(registry, folder)).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder.path, 'victim'), 'utf8')).toBe('mine');
  });
});

it('a recording that contains a script is not executable', async () => {
  await using registry = await StandInRegistry.start();
  await using folder = await makeFolder();
  registry.hold('main', { 'recordings/a.json': '#!/bin/sh\necho evil' });
  expect(await runPull(registry, folder)).toMatchObject({ status: 0 });
  expect(statSync(join(folder.path, 'recordings/a.json')).mode & 0o111).toBe(0);
});

async function tellsCasesApart(folder: Folder): Promise<boolean> {
  await folder.write({ 'case-a': 'x', 'CASE-A': 'y' });
  const apart = (await folder.files()).size === 2;
  await folder.remove('case-a');
  if (apart) await folder.remove('CASE-A');
  return apart;
}
