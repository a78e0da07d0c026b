import { readFileSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from './pull.js';

const MAIN = { target: { branch: 'main' } };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'recordings/top.json': 'c' };
const MANY = Object.fromEntries(
  Array.from({ length: 60 }, (_, n) => [`recordings/${n}.json`, `content ${n}`]),
);

describe('pull', () => {
  it('writes files that are missing or differ, and leaves other files alone', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a', 'other.txt': 'mine' });
    registry.hold('main', { ...FILES, 'recordings/same-as-top.json': 'c' });

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 3, reused: 1, removed: 0, replaced: 0, bytes: 3 });
    expect(summary.snapshot.id).toBe('main@1');
    expect(folder.files()).toEqual({ ...FILES, 'recordings/same-as-top.json': 'c', 'other.txt': 'mine' });
    const [download] = registry.drain('/content');
    expect(download?.json.digests).toHaveLength(2);
    expect(download?.headers.authorization).toBe('Bearer secret-token');
    expect(readFileSync(join(folder.path, '.fixtures/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('sends one request and downloads nothing if all files are on disk', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.asked.length = 0;

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 0, reused: 3 });
    expect(registry.asked).toHaveLength(1);
    expect(registry.asked[0]?.json['have']).toBe('main@1');
  });

  it('compares every file after a restore of the registry, and backs up what it replaces', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.refs.clear();
    registry.seal = '-restored';
    const restored = { 'recordings/a.json': 'older', 'recordings/b.json': 'b' };
    registry.hold('main', restored);

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 1, reused: 1, removed: 1, replaced: 1 });
    expect(folder.files()).toEqual(restored);
    const replaced = (path: string) => readFileSync(join(folder.path, '.fixtures/replaced', path), 'utf8');
    expect([replaced('recordings/a.json'), replaced('recordings/top.json')]).toEqual(['a', 'c']);
    expect(registry.logged).toEqual([expect.stringMatching(/no longer knows the snapshot/)]);
    registry.asked.length = 0;
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 0 });
    expect(registry.asked).toHaveLength(1);
    expect(registry.logged).toHaveLength(1);
  });

  it('restores a deleted file although the snapshot is unchanged', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    unlinkSync(join(folder.path, 'recordings/top.json'));

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 1 });
    expect(folder.files()).toEqual(FILES);
  });

  it('detects an edit right after the pull that keeps the size', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    folder.write({ 'recordings/top.json': 'x' });

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary).toMatchObject({ pulled: 1, replaced: 1 });
    expect(folder.files()).toEqual(FILES);
  });

  it('backs up every local file that it replaces', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/top.json': 'first of mine' });
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    folder.write({ 'recordings/top.json': 'second of mine' });
    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary.replaced).toBe(1);
    const kept = join(folder.path, '.fixtures/replaced');
    expect(readFileSync(join(kept, 'recordings/top.json'), 'utf8')).toBe('first of mine');
    expect(readFileSync(join(kept, 'recordings/top.json.2'), 'utf8')).toBe('second of mine');
  });

  it('replaces a file that a pull wrote without a backup', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.hold('main', { ...FILES, 'recordings/top.json': 'new' });

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      ...{ pulled: 1, reused: 2, replaced: 0 },
    });
    expect(folder.files()['recordings/top.json']).toBe('new');
  });

  it('removes only unchanged files that a pull wrote and that are no longer in the snapshot', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/mine.json': 'm' });
    const leaving = {
      'recordings/mine.json': 'm',
      'recordings/deep/er/gone.json': 'g',
      'recordings/edited.json': 'e',
    };
    registry.hold('main', { ...FILES, ...leaving });
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    folder.write({ 'recordings/edited.json': 'E' });
    registry.hold('main', FILES);

    const summary = await pull(registry.connection, { directory: folder.path, ...MAIN });

    expect(summary.removed).toBe(1);
    expect(folder.files()).toEqual({ ...FILES, 'recordings/mine.json': 'm', 'recordings/edited.json': 'E' });
    expect(() => readFileSync(join(folder.path, 'recordings/deep'))).toThrow(/ENOENT/);
  });

  it('with a selection leaves the files of other pulls, until a pull of everything', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    registry.hold('main', { 'recordings/a.json': 'a' });
    const selection = { paths: ['recordings/*'] };

    expect(await pull(registry.connection, { directory: folder.path, ...MAIN, selection })).toMatchObject({
      removed: 0,
    });
    expect(folder.files()).toEqual(FILES);
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
      removed: 2,
    });
    expect(folder.files()).toEqual({ 'recordings/a.json': 'a' });
  });

  it('requests all files again if the baseline of an unchanged snapshot moved', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('pull/1', FILES);
    const target = { target: { pullRequest: 1, base: 'main' } };
    await pull(registry.connection, { directory: folder.path, ...target });
    registry.editPlan = (plan) => {
      plan['baseline'] = { ...(plan['snapshot'] as object), id: 'main@9' };
    };
    registry.asked.length = 0;
    await pull(registry.connection, { directory: folder.path, ...target });
    expect(registry.asked.map(({ json }) => json['have'])).toEqual(['pull/1@1', null]);
  });

  it.each(['{', '{"format":1}', 'null', '{"format":99}'])(
    'does not trust damaged state: %s',
    async (text) => {
      await using registry = await StandInRegistry.start();
      using folder = new TemporaryFolder().write({ '.fixtures/state.json': text });
      registry.hold('main', FILES);
      expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({
        pulled: 3,
      });
      expect(registry.logged.join()).toMatch(/damaged/);
    },
  );

  it('does not trust state of another repository', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    const other = { ...registry.connection, repository: { owner: 'acme', name: 'other' } };
    registry.hold('main', {});
    expect(await pull(other, { directory: folder.path, ...MAIN })).toMatchObject({ removed: 0 });
    expect(folder.files()).toEqual(FILES);
  });
});

describe('state', () => {
  it('is trusted: a file with the same size and time is not read', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    // Other bytes with the same size and time: only a client that reads the file would notice.
    const file = join(folder.path, 'recordings/top.json');
    const past = new Date(Date.now() - 60_000);
    utimesSync(file, past, past);
    await pull(registry.connection, { directory: folder.path, ...MAIN });
    writeFileSync(file, '?');
    utimesSync(file, past, past);
    expect(await pull(registry.connection, { directory: folder.path, ...MAIN })).toMatchObject({ pulled: 0 });
  });

  it('reports progress up to the last file', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', MANY);
    const onProgress = vi.fn();
    await pull(registry.connection, { directory: folder.path, ...MAIN, onProgress });
    expect(onProgress).toHaveBeenLastCalledWith({ step: 'download', done: 60, total: 60 });
  });
});
