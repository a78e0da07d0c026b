import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalError } from '../local-error.js';
import { readSettings, SETTINGS_PATH } from './read-settings.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'settings-'));
  mkdirSync(path.join(directory, '.github'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const branch = { branch: 'main' };
const write = (text: string) => writeFileSync(path.join(directory, SETTINGS_PATH), text);

it('reads the file for a branch, and never for a pull request', () => {
  write('ignore: []\n');
  expect(readSettings(directory, branch)).toBe('ignore: []\n');
  expect(readSettings(directory, { pullRequest: 7, base: 'main' })).toBeUndefined();
});

it('says of no file that it is empty, so that the registry forgets one that is gone', () => {
  expect(readSettings(directory, branch)).toBe('');
  expect(readSettings(path.join(directory, 'nowhere'), branch)).toBe('');
});

it('says what is wrong with a file that it cannot take', () => {
  write('#'.repeat(1024 * 1024 + 1));
  expect(() => readSettings(directory, branch)).toThrow(
    new LocalError(`${SETTINGS_PATH} is too large to be settings.`),
  );
  rmSync(path.join(directory, SETTINGS_PATH));
  mkdirSync(path.join(directory, SETTINGS_PATH));
  expect(() => readSettings(directory, branch)).toThrow(LocalError);
});
