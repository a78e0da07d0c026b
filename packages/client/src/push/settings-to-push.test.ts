import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { SETTINGS_PATH } from '../checkout/discover/settings-file.js';
import { LocalError } from '../checkout/local-error.js';
import { settingsToPush } from './settings-to-push.js';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const target = { branch: 'main' };
const pushed = (directory = folder.path) => settingsToPush({ directory, target });
const write = (text: string) => folder.write({ [SETTINGS_PATH]: text });
const kept = { text: undefined, note: null };
const keptWithNote = (words: string) => ({ text: undefined, note: expect.stringContaining(words) });

function commit(files: Record<string, string>): string {
  folder.write(files);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
      cwd: folder.path,
      encoding: 'utf8',
    });
  git('init', '--quiet');
  git('add', '--all', '--force');
  git('commit', '--quiet', '--message', 'files');
  return git('rev-parse', 'HEAD').trim();
}

describe('settingsToPush', () => {
  it('reads the file for a branch, and never for a pull request', async () => {
    write('ignore: []\n');
    expect(await pushed()).toEqual({ text: 'ignore: []\n', note: null });
    const ofPull = await settingsToPush({ directory: folder.path, target: { pullRequest: 7, base: 'main' } });
    expect(ofPull).toEqual(kept);
  });

  it('keeps the settings if the folder does not have the file, unless its commit has none', async () => {
    expect(await pushed()).toEqual(kept);
    expect(await pushed(path.join(folder.path, 'nowhere'))).toEqual(kept);
    commit({ 'recordings/a.json': 'a' });
    expect(await pushed()).toEqual({ text: '', note: null });
    expect(await pushed(path.join(folder.path, 'recordings'))).toEqual({ text: '', note: null });
  });

  it('keeps the settings if the file is missing only on disk', async () => {
    commit({ 'tests/recordings/a.json': 'a', [SETTINGS_PATH]: 'ignore: []\n' });
    rmSync(path.join(folder.path, SETTINGS_PATH));
    expect(await pushed()).toEqual(keptWithNote('commit the deletion'));
    // The file belongs to the root, so pushing a subfolder does not change the settings.
    expect(await pushed(path.join(folder.path, 'tests'))).toEqual(keptWithNote('commit the deletion'));
  });

  it('keeps the settings for a folder that the commit does not have, and for another commit', async () => {
    const head = commit({ 'recordings/a.json': 'a' });
    folder.write({ 'artifact/recordings/b.json': 'b' });
    expect(await pushed(path.join(folder.path, 'artifact'))).toEqual(kept);
    const at = (sha: string) => settingsToPush({ directory: folder.path, target, commit: sha });
    expect(await at('f'.repeat(40))).toEqual(keptWithNote('is not checked out'));
    expect(await at(head)).toEqual({ text: '', note: null });
  });

  it('says why it cannot use a file', async () => {
    write('#'.repeat(1024 * 1024 + 1));
    await expect(pushed()).rejects.toThrow(new LocalError(`${SETTINGS_PATH} has more than 1048576 bytes.`));
    rmSync(path.join(folder.path, SETTINGS_PATH));
    mkdirSync(path.join(folder.path, SETTINGS_PATH));
    await expect(pushed()).rejects.toThrow(LocalError);
  });
});
