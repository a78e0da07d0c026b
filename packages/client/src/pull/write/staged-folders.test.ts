import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { Folders } from '../../checkout/files/folders.js';
import { StagedFolders } from './staged-folders.js';

/** Writes files as a pull does: to their staged path if their folder is missing. */
function write(folder: TemporaryFolder, staged: StagedFolders, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(folder.path, staged.placeOf(path) ?? path), content, { flag: 'wx' });
  }
}

const FILES = { 'tests/recordings/a.json': 'a', 'tests/recordings/deep/b.json': 'b', 'other/c.json': 'c' };

describe('a staged folder', () => {
  it('is invisible until it is revealed, and complete then', () => {
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

  it('is not used if the folder exists: files get a temporary name beside their path', () => {
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'a' });
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    expect(staged.placeOf('recordings/b.json')).toBeNull();
    expect(staged.placeOf('top.json')).toBeNull();
    expect(staged.placeOf('recordings/new/c.json')).toMatch(
      /^recordings\/\.fixtures-[0-9a-f]+-\d+\.tmp\/c\.json$/,
    );
  });

  it('is moved file by file into a folder that another process created meanwhile', () => {
    using folder = new TemporaryFolder();
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    write(folder, staged, FILES);
    folder.write({ 'tests/recordings/theirs.json': 'theirs', 'tests/recordings/a.json': 'theirs' });

    staged.reveal();
    expect(folder.files()).toEqual({ ...FILES, 'tests/recordings/theirs.json': 'theirs' });
  });

  it('does not follow a link at its path; other folders are revealed, and nothing is left over', () => {
    using folder = new TemporaryFolder();
    using elsewhere = new TemporaryFolder();
    const staged = new StagedFolders(folder.path, new Folders(folder.path));
    write(folder, staged, FILES);
    symlinkSync(elsewhere.path, join(folder.path, 'tests'));

    expect(() => staged.reveal()).toThrow(/through tests, which is a symbolic link/);
    expect(elsewhere.files()).toEqual({});
    expect(readdirSync(folder.path).sort()).toEqual(['other', 'tests']);
  });

  it('does not follow a link further down, in a folder that another process created', () => {
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
