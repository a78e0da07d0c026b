import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type ArchiveEntry, pack, writeArchive } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { LocalError } from '../checkout/local-error.js';
import { pull } from './pull.js';

const MAIN = { target: { branch: 'main' } };
const ANYWHERE = { selection: { paths: ['**'] } };

describe('pull refuses', () => {
  it.each([
    '../outside.json',
    '/tmp/absolute.json',
    'recordings/../../outside.json',
    '.git/hooks/post-checkout',
    '.github/workflows/ci.yml',
    '.fixtures/state.json',
    'c:\\windows.json',
  ])('the path %s, and writes nothing', async (path) => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'first.json': 'x', [path]: 'evil' });
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toBeInstanceOf(LocalError);
    await expect(pulling).rejects.toMatchObject({ path });
    expect(folder.files()).toEqual({});
  });

  it('to write through a symbolic link', async () => {
    await using registry = await StandInRegistry.start();
    using outside = new TemporaryFolder();
    using folder = new TemporaryFolder();
    symlinkSync(outside.path, join(folder.path, 'recordings'));
    registry.hold('main', { 'recordings/deep/a.json': 'evil' });
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toThrow(
      /recordings\/deep\/a.json would go through recordings.*symbolic link/,
    );
    expect(outside.files()).toEqual({});
  });

  it('a link, a folder or a file at the path of a recording', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ file: 'f' });
    mkdirSync(join(folder.path, 'folder'));
    symlinkSync('file', join(folder.path, 'link'));
    const holding = (path: string) => {
      registry.hold('main', { [path]: 'x' });
      return pull(registry.connection, { directory: folder.path, ...MAIN, ...ANYWHERE });
    };
    await expect(holding('folder')).rejects.toThrow(/there is a folder/);
    await expect(holding('link')).rejects.toThrow(/there is a symbolic link/);
    await expect(holding('file/x')).rejects.toThrow(/which is a file/);
    expect(folder.files()).toEqual({ file: 'f' });
  });

  it('a plan that holds a path as a file and as a folder', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'a/b': 'x', 'a/b/c': 'y' });
    await expect(pull(registry.connection, { directory: folder.path, ...MAIN })).rejects.toThrow(
      /as a folder/,
    );
  });

  it('a directory that is not there', async () => {
    await using registry = await StandInRegistry.start();
    const pulling = pull(registry.connection, { directory: '/nowhere/at/all', ...MAIN });
    await expect(pulling).rejects.toThrow(/does not exist/);
    expect(registry.asked).toEqual([]);
  });

  it('contents that do not match their digest, at each attempt', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'honest' });
    const [digest] = [...registry.contents.keys()] as [string];
    registry.contents.set(digest, pack(Buffer.from('lies!!')));
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toMatchObject({ code: 'SERVER', message: expect.stringMatching(/digest/) });
    expect(folder.files()).toEqual({});
    expect(registry.waited).toHaveLength(5);
  });

  it('contents that were not requested', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', { 'recordings/a.json': 'a' });
    const entry: ArchiveEntry = { ...pack(Buffer.from('x')), name: '../../evil' };
    registry.fault = async ({ url }, response) => {
      if (url === '/graphql') return false;
      response.end(await buffer(writeArchive([entry])));
      return true;
    };
    const pulling = pull(registry.connection, { directory: folder.path, ...MAIN });
    await expect(pulling).rejects.toThrow(/not requested/);
  });
});
