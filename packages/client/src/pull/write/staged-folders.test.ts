import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { Folders } from '../../checkout/files/folders.js';
import { StagedFolders } from './staged-folders.js';

/** Writes files as a pull does: where their folder is missing, into its staged place. */
function write(folder: TemporaryFolder, staged: StagedFolders, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(folder.path, staged.placeOf(path) ?? path), content, { flag: 'wx' });
  }
}

const FILES = { 'tests/recordings/a.json': 'a', 'tests/recordings/deep/b.json': 'b', 'other/c.json': 'c' };

describe('a staged folder', () => {
  it('is nowhere to be seen until it is revealed, and then is there whole', () => {
    using folder = new TemporaryFolder().write({ 'tests/test_a.py': 'mine' });
    const staged = new StagedFolders(folder.path, new Folders(folder.path));

    write(folder, staged, FILES);
    expect(readdirSync(join(folder.path, 'tests')).filter((name) => !name.endsWith('.tmp'))).toEqual([
      'test_a.py',
    ]);
    expect(readdirSync(folder.path).filter((name) => !name.endsWith('.tmp'))).toEqual(['tests']);

    staged.reveal();
    expect(folder.files()).toEqual({ ...FILES, 'tests/test_a.py': 'mine' });
  });

  it('is none where the folder is there: its files are written beside their places', () => {
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a' });
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    expect(staged.placeOf('recordings/b.json')).toBeNull();
    expect(staged.placeOf('top.json')).toBeNull();
    expect(staged.placeOf('recordings/new/c.json')).toMatch(
      /^recordings\/\.fixtures-[0-9a-f]+-\d+\.tmp\/c\.json$/,
    );
  });

  it('goes into a folder that somebody else made meanwhile, file by file', () => {
    using folder = new TemporaryFolder();
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    write(folder, staged, FILES);
    folder.write({ 'tests/recordings/theirs.json': 'theirs', 'tests/recordings/a.json': 'theirs' });

    staged.reveal();
    expect(folder.files()).toEqual({ ...FILES, 'tests/recordings/theirs.json': 'theirs' });
  });

  it('never goes through a link that came in its place; the others are revealed, and nothing is left over', () => {
    using folder = new TemporaryFolder();
    using elsewhere = new TemporaryFolder();
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    write(folder, staged, FILES);
    symlinkSync(elsewhere.path, join(folder.path, 'tests'));

    expect(() => staged.reveal()).toThrow(/through tests, which is a symbolic link/);
    expect(elsewhere.files()).toEqual({});
    expect(readdirSync(folder.path).sort()).toEqual(['other', 'tests']);
  });

  it('never goes through a link that came further down, into a folder that somebody else made', () => {
    using folder = new TemporaryFolder();
    using elsewhere = new TemporaryFolder();
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    write(folder, staged, FILES);
    mkdirSync(join(folder.path, 'tests'));
    symlinkSync(elsewhere.path, join(folder.path, 'tests/recordings'));

    expect(() => staged.reveal()).toThrow(/through tests\/recordings, which is a symbolic link/);
    expect(elsewhere.files()).toEqual({});
  });
});
