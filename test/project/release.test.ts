import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

interface ReleaseScript {
  datedChangelog(changelog: string, version: string, date: string): string;
  sectionOf(changelog: string, version: string): string | null;
  isNewer(a: string, b: string): boolean;
}

const script = join(CHECKOUT, 'scripts/release.js');
const { datedChangelog, isNewer, sectionOf } = (await import(script)) as ReleaseScript;

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A thing.

## [1.0.0] - 2026-01-01

- Everything.
`;

describe('the changelog', () => {
  it('gets a dated section, and a new one for what comes next', () => {
    const dated = datedChangelog(CHANGELOG, '1.1.0', '2026-02-03');
    expect(dated).toContain('## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n\n### Added\n\n- A thing.\n');
    expect(sectionOf(dated, '1.1.0')?.trim()).toBe('### Added\n\n- A thing.');
    expect(sectionOf(dated, '1.0.0')?.trim()).toBe('- Everything.');
    expect(sectionOf(dated, '2.0.0')).toBeNull();
  });

  it('must describe the release', () => {
    const empty = CHANGELOG.replace('### Added\n\n- A thing.\n\n', '');
    expect(() => datedChangelog(empty, '1.1.0', '2026-02-03')).toThrow('nothing under "## [Unreleased]"');
  });
});

it.each([
  ['1.2.4', '1.2.3', true],
  ['1.10.0', '1.9.9', true],
  ['2.0.0', '1.99.99', true],
  ['1.2.3', '1.2.3', false],
  ['1.2.2', '1.2.3', false],
  ['0.9.9', '1.0.0', false],
])('orders versions: %s newer than %s is %s', (a, b, expected) => {
  expect(isNewer(a, b)).toBe(expected);
});

const identity = ['Release', 'release@example.com'];
const env = {
  GIT_AUTHOR_NAME: identity[0] ?? '',
  GIT_AUTHOR_EMAIL: identity[1] ?? '',
  GIT_COMMITTER_NAME: identity[0] ?? '',
  GIT_COMMITTER_EMAIL: identity[1] ?? '',
};

describe('scripts/release.js, in a clone', () => {
  it('sets every version, commits, tags, and moves the tag of the major version', async () => {
    await using folder = await makeFolder();
    const clone = join(folder.path, 'clone');
    const inClone = (command: string, ...words: string[]) =>
      run(command, words, { cwd: clone, env: { ...env, HOME: folder.path } });
    const release = (...words: string[]) => inClone(process.execPath, 'scripts/release.js', ...words);
    expect(await run('git', ['clone', '--quiet', CHECKOUT, clone], { cwd: folder.path })).toMatchObject({
      status: 0,
    });
    await inClone('git', 'checkout', '--quiet', '-B', 'main');
    await symlink(join(CHECKOUT, 'node_modules'), join(clone, 'node_modules'));
    await writeFile(join(clone, '.git/info/exclude'), 'node_modules\n');
    const changelog = await readFile(join(clone, 'CHANGELOG.md'), 'utf8');
    const next = changelog.replace('## [Unreleased]\n', '## [Unreleased]\n\n### Fixed\n\n- A fault.\n');
    await writeFile(join(clone, 'CHANGELOG.md'), next);

    const dirty = await release('1.2.0', '--no-check');
    expect(dirty).toMatchObject({ status: 1, stderr: expect.stringContaining('The checkout has changes.') });
    await inClone('git', 'commit', '--quiet', '--all', '--message', 'Describe a fault');

    const first = await release('1.2.0', '--no-check');
    expect(first).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('git push origin main v1.2.0'),
    });
    const read = (file: string) => readFile(join(clone, file), 'utf8');
    for (const name of ['action', 'cli', 'client', 'protocol', 'registry'])
      expect(JSON.parse(await read(`packages/${name}/package.json`))).toMatchObject({ version: '1.2.0' });
    expect(JSON.parse(await read('packages/cli/package.json'))).toMatchObject({
      dependencies: { '@fixture-registry/client': '1.2.0' },
    });
    expect(await read('packages/client/src/connection/registry/version.ts')).toContain("VERSION = '1.2.0'");
    // npm accepts the lock file: nothing in it contradicts the manifests.
    const locked = JSON.parse(await read('package-lock.json')) as { packages: Record<string, object> };
    expect(locked.packages['packages/cli']).toMatchObject({
      version: '1.2.0',
      dependencies: { '@fixture-registry/client': '1.2.0' },
    });
    expect(await inClone('git', 'status', '--porcelain')).toMatchObject({ stdout: '' });
    expect(await release('--verify', 'v1.2.0')).toMatchObject({ status: 0 });
    expect(await release('--verify', 'v1.3.0')).toMatchObject({ status: 1 });
    expect((await release('--notes', 'v1.2.0')).stdout).toMatch(/^### Fixed\n\n- A fault\.\n/);
    // The bundle that workflows run is that of the new version.
    const bundle = await inClone(process.execPath, 'scripts/bundle-action.js', '--check');
    expect(bundle, bundle.stderr).toMatchObject({ status: 0 });

    expect(await release('1.2.0', '--no-check')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/1\.2\.0 is not newer than 1\.2\.0\.\nThe tag v1\.2\.0 exists\./),
    });

    await writeFile(
      join(clone, 'CHANGELOG.md'),
      (await read('CHANGELOG.md')).replace('## [Unreleased]\n', '## [Unreleased]\n\n- More.\n'),
    );
    await inClone('git', 'commit', '--quiet', '--all', '--message', 'Describe more');
    expect(await release('1.3.0', '--no-check')).toMatchObject({ status: 0 });
    const [head, major] = await Promise.all(
      ['HEAD', 'v1^{commit}'].map((name) => inClone('git', 'rev-parse', name)),
    );
    expect(major?.stdout).toBe(head?.stdout);
    // Tests of upgrades now start from the release before.
    const previous = JSON.parse(await read('test/upgrade/previous-release.json')) as { commit: string };
    const tagged = await inClone('git', 'rev-parse', 'v1.2.0^{commit}');
    expect(`${previous.commit}\n`).toBe(tagged.stdout);
  });
});
